/// Connections and API destinations in PostgreSQL.
@NullMarked
package io.pharos.events.destination.pg;

import org.jspecify.annotations.NullMarked;
