/// Subscription filters in PostgreSQL.
@NullMarked
package io.pharos.logs.subscription.pg;

import org.jspecify.annotations.NullMarked;
