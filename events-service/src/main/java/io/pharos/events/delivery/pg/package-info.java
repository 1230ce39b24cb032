/// The outbox of deliveries, and the rule sets that fill it, in PostgreSQL.
@NullMarked
package io.pharos.events.delivery.pg;

import org.jspecify.annotations.NullMarked;
