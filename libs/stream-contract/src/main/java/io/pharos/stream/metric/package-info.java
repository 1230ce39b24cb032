/// Metrics on the streams `metric-data` and `metric-rollups`.
@NullMarked
package io.pharos.stream.metric;

import org.jspecify.annotations.NullMarked;
