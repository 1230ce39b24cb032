/// Log streams in PostgreSQL.
@NullMarked
package io.pharos.logs.stream.pg;

import org.jspecify.annotations.NullMarked;
