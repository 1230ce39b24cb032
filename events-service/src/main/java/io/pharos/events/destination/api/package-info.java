/// Operations on connections and API destinations.
@NullMarked
package io.pharos.events.destination.api;

import org.jspecify.annotations.NullMarked;
