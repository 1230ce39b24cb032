/// Alarms on other alarms: their rules, and when their actions are held back. Plain Java.
@NullMarked
package io.pharos.alarms.composite;

import org.jspecify.annotations.NullMarked;
