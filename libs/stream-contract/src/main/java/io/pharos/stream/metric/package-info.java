/// Metrics on the stream `metric-data`.
@NullMarked
package io.pharos.stream.metric;

import org.jspecify.annotations.NullMarked;
