/// alarm-service.
@NullMarked
package io.pharos.alarms;

import org.jspecify.annotations.NullMarked;
