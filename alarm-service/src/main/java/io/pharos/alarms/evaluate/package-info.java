/// From a window of datapoints to a state and its reason. Pure.
@NullMarked
package io.pharos.alarms.evaluate;

import org.jspecify.annotations.NullMarked;
