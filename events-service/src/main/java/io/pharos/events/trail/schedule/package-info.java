/// Forgets old records.
@NullMarked
package io.pharos.events.trail.schedule;

import org.jspecify.annotations.NullMarked;
