/// Metric streams: which series, in which format.
@NullMarked
package io.pharos.metrics.metricstream;

import org.jspecify.annotations.NullMarked;
