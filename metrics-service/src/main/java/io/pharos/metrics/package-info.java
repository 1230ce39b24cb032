/// metrics-service.
@NullMarked
package io.pharos.metrics;

import org.jspecify.annotations.NullMarked;
