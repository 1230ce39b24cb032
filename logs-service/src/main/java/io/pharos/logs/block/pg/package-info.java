/// Blocks in PostgreSQL.
@NullMarked
package io.pharos.logs.block.pg;

import org.jspecify.annotations.NullMarked;
