/// Metric filters: from log events to datapoints.
@NullMarked
package io.pharos.logs.metricfilter;

import org.jspecify.annotations.NullMarked;
