/// GetMetricWidgetImage.
@NullMarked
package io.pharos.metrics.widget.api;

import org.jspecify.annotations.NullMarked;
