/// Drives evaluation by the clock.
@NullMarked
package io.pharos.alarms.live.schedule;

import org.jspecify.annotations.NullMarked;
