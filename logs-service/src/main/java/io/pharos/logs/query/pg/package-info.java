/// Queries, their definitions and the blocks they read, in PostgreSQL.
@NullMarked
package io.pharos.logs.query.pg;

import org.jspecify.annotations.NullMarked;
