/// Entities in PostgreSQL.
@NullMarked
package io.pharos.logs.entity.pg;

import org.jspecify.annotations.NullMarked;
