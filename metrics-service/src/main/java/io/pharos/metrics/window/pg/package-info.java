/// Windows for alarm-service: reading them.
@NullMarked
package io.pharos.metrics.window.pg;

import org.jspecify.annotations.NullMarked;
