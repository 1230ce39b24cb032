/// Evaluates alarms, keeps their history, says what changed.
@NullMarked
package io.pharos.alarms;

import org.jspecify.annotations.NullMarked;
