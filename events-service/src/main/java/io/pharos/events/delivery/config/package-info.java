/// Settings of deliveries.
@NullMarked
package io.pharos.events.delivery.config;

import org.jspecify.annotations.NullMarked;
