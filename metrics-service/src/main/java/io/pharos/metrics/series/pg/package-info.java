/// The index of series in PostgreSQL.
@NullMarked
package io.pharos.metrics.series.pg;

import org.jspecify.annotations.NullMarked;
