/// When scheduled rules fire: rate() and cron(), pure.
@NullMarked
package io.pharos.events.schedule;

import org.jspecify.annotations.NullMarked;
