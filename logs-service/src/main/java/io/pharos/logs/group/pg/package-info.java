/// Log groups in PostgreSQL.
@NullMarked
package io.pharos.logs.group.pg;

import org.jspecify.annotations.NullMarked;
