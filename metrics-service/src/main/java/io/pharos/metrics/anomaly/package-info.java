/// What a metric is expected to do: learnt from its last two weeks, told as a band. Pure.
@NullMarked
package io.pharos.metrics.anomaly;

import org.jspecify.annotations.NullMarked;
