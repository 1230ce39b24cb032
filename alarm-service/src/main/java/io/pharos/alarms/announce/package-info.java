/// What a change of an alarm says to the world: history items, topic messages, events. Pure.
@NullMarked
package io.pharos.alarms.announce;

import org.jspecify.annotations.NullMarked;
