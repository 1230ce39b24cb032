/// Alarms and their windows in memory: what is due, and what comes of it.
@NullMarked
package io.pharos.alarms.live;

import org.jspecify.annotations.NullMarked;
