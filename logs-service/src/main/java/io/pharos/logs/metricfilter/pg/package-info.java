/// Metric filters in PostgreSQL.
@NullMarked
package io.pharos.logs.metricfilter.pg;

import org.jspecify.annotations.NullMarked;
