/// Targets of rules: where an event goes and in which shape.
@NullMarked
package io.pharos.events.target;

import org.jspecify.annotations.NullMarked;
