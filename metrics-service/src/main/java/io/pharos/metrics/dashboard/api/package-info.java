/// The operations on dashboards.
@NullMarked
package io.pharos.metrics.dashboard.api;

import org.jspecify.annotations.NullMarked;
