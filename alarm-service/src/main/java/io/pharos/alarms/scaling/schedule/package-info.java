/// What happens to groups without being asked.
@NullMarked
package io.pharos.alarms.scaling.schedule;

import org.jspecify.annotations.NullMarked;
