/// Connections and API destinations: HTTP targets and how they are authorised.
@NullMarked
package io.pharos.events.destination;

import org.jspecify.annotations.NullMarked;
