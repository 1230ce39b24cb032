/// From the stream of API records into the store, the bus and the trails.
@NullMarked
package io.pharos.events.trail.stream;

import org.jspecify.annotations.NullMarked;
