/// Datapoints derived from arriving log events.
@NullMarked
package io.pharos.logs.metricfilter.stream;

import org.jspecify.annotations.NullMarked;
