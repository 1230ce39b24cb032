/// Metric widgets as images.
@NullMarked
package io.pharos.metrics.widget;

import org.jspecify.annotations.NullMarked;
