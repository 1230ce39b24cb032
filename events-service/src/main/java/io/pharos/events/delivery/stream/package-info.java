/// From the bus into the outbox, and deliveries that leave over Kafka.
@NullMarked
package io.pharos.events.delivery.stream;

import org.jspecify.annotations.NullMarked;
