/// The way to the streams that Pharos has.
@NullMarked
package io.pharos.metrics.metricstream.stream;

import org.jspecify.annotations.NullMarked;
