/// Deliveries on their way, and their retries.
@NullMarked
package io.pharos.logs.subscription.schedule;

import org.jspecify.annotations.NullMarked;
