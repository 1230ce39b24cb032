/// Runs of blocks in PostgreSQL.
@NullMarked
package io.pharos.metrics.point.pg;

import org.jspecify.annotations.NullMarked;
