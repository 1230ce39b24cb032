/// Operations on buses.
@NullMarked
package io.pharos.events.bus.api;

import org.jspecify.annotations.NullMarked;
