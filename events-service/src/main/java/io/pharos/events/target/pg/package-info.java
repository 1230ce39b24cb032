/// Targets in PostgreSQL.
@NullMarked
package io.pharos.events.target.pg;

import org.jspecify.annotations.NullMarked;
