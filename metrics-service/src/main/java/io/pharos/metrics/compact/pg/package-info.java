/// Merging in PostgreSQL.
@NullMarked
package io.pharos.metrics.compact.pg;

import org.jspecify.annotations.NullMarked;
