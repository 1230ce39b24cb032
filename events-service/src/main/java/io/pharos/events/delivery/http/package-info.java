/// Calls to API destinations.
@NullMarked
package io.pharos.events.delivery.http;

import org.jspecify.annotations.NullMarked;
