/// What an alarm is: its rule, its state, what a client may say about it.
@NullMarked
package io.pharos.alarms.alarm;

import org.jspecify.annotations.NullMarked;
