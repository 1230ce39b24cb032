/// Event patterns: what is valid, and which rules of a bus an event matches.
@NullMarked
package io.pharos.events.pattern;

import org.jspecify.annotations.NullMarked;
