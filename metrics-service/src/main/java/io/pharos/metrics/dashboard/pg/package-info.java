/// Dashboards in PostgreSQL.
@NullMarked
package io.pharos.metrics.dashboard.pg;

import org.jspecify.annotations.NullMarked;
