/// Deliveries of events to targets: when to try, when to give up.
@NullMarked
package io.pharos.events.delivery;

import org.jspecify.annotations.NullMarked;
