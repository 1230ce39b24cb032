/// What is scaled: behind one interface, chosen by configuration.
@NullMarked
package io.pharos.alarms.scaling.driver;

import org.jspecify.annotations.NullMarked;
