/// Rules: pattern or schedule, and their state.
@NullMarked
package io.pharos.events.rule;

import org.jspecify.annotations.NullMarked;
