/// Resource policies in PostgreSQL.
@NullMarked
package io.pharos.logs.resourcepolicy.pg;

import org.jspecify.annotations.NullMarked;
