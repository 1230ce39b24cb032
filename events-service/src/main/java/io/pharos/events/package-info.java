/// events-service.
@NullMarked
package io.pharos.events;

import org.jspecify.annotations.NullMarked;
