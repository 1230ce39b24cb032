/// Buses in PostgreSQL.
@NullMarked
package io.pharos.events.bus.pg;

import org.jspecify.annotations.NullMarked;
