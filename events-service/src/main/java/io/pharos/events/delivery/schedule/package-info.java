/// The workers that deliver, and the ticker of scheduled rules.
@NullMarked
package io.pharos.events.delivery.schedule;

import org.jspecify.annotations.NullMarked;
