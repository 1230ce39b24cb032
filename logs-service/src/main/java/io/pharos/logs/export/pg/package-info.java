/// Export tasks in PostgreSQL.
@NullMarked
package io.pharos.logs.export.pg;

import org.jspecify.annotations.NullMarked;
