/// Metrics Insights: the SQL that aggregates over many metrics at once. Plain Java: reading a query.
@NullMarked
package io.pharos.metrics.insights;

import org.jspecify.annotations.NullMarked;
