/// Lookup tables in PostgreSQL.
@NullMarked
package io.pharos.logs.lookup.pg;

import org.jspecify.annotations.NullMarked;
