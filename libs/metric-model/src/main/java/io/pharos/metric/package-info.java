/// What metrics, alarms and logs share: the identity of a series, units, statistic sets, the histogram
/// behind percentiles, statistic names, and what PutMetricData accepts. Plain Java, no dependencies.
@NullMarked
package io.pharos.metric;

import org.jspecify.annotations.NullMarked;
