/// Windows for alarm-service: the route.
@NullMarked
package io.pharos.metrics.window.http;

import org.jspecify.annotations.NullMarked;
