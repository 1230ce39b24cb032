/// What is known of streams, in PostgreSQL.
@NullMarked
package io.pharos.events.stream.pg;

import org.jspecify.annotations.NullMarked;
