/// What dashboards and metric streams share: tags and pages.
@NullMarked
package io.pharos.metrics.resource;

import org.jspecify.annotations.NullMarked;
