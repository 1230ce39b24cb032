/// Finishes what a crash left half-way.
@NullMarked
package io.pharos.events.stream.schedule;

import org.jspecify.annotations.NullMarked;
