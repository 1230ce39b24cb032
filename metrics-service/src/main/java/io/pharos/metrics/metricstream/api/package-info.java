/// The operations on metric streams.
@NullMarked
package io.pharos.metrics.metricstream.api;

import org.jspecify.annotations.NullMarked;
