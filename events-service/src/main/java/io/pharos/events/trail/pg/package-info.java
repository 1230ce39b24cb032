/// Trails and records in PostgreSQL.
@NullMarked
package io.pharos.events.trail.pg;

import org.jspecify.annotations.NullMarked;
