/// Arrived events into their groups' blocks, in PostgreSQL.
@NullMarked
package io.pharos.logs.ingest.pg;

import org.jspecify.annotations.NullMarked;
