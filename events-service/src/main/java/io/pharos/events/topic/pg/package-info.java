/// Topics, subscriptions and the outbox of deliveries in PostgreSQL.
@NullMarked
package io.pharos.events.topic.pg;

import org.jspecify.annotations.NullMarked;
