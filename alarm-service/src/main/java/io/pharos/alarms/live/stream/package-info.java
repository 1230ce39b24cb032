/// Follows metric-data.
@NullMarked
package io.pharos.alarms.live.stream;

import org.jspecify.annotations.NullMarked;
