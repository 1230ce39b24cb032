/// Views from the policies in PostgreSQL.
@NullMarked
package io.pharos.logs.view.pg;

import org.jspecify.annotations.NullMarked;
