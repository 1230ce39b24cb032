/// Reading events from PostgreSQL.
@NullMarked
package io.pharos.logs.read.pg;

import org.jspecify.annotations.NullMarked;
