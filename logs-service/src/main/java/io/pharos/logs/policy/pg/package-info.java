/// Policies in PostgreSQL.
@NullMarked
package io.pharos.logs.policy.pg;

import org.jspecify.annotations.NullMarked;
