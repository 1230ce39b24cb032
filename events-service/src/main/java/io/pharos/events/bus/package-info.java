/// Event buses and the event as rules and targets see it.
@NullMarked
package io.pharos.events.bus;

import org.jspecify.annotations.NullMarked;
