/// Metric math: from an expression's text to time series. Pure, and knows nothing of where data is kept.
@NullMarked
package io.pharos.metrics.math;

import org.jspecify.annotations.NullMarked;
