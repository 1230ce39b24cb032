/// Metrics of every namespace as series with labels.
@NullMarked
package io.pharos.metrics.promql.pg;

import org.jspecify.annotations.NullMarked;
