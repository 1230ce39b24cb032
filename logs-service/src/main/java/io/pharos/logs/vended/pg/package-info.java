/// Deliveries in PostgreSQL.
@NullMarked
package io.pharos.logs.vended.pg;

import org.jspecify.annotations.NullMarked;
