/// Follows metric-rollups.
@NullMarked
package io.pharos.alarms.live.stream;

import org.jspecify.annotations.NullMarked;
