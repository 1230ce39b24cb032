/// Destinations in PostgreSQL.
@NullMarked
package io.pharos.logs.destination.pg;

import org.jspecify.annotations.NullMarked;
