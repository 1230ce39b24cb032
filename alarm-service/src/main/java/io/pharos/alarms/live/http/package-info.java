/// Asks metrics-service for windows.
@NullMarked
package io.pharos.alarms.live.http;

import org.jspecify.annotations.NullMarked;
