/// Access keys and policies in PostgreSQL.
@NullMarked
package io.pharos.ingest.access.pg;

import org.jspecify.annotations.NullMarked;
