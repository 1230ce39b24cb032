/// Auto Scaling's operations.
@NullMarked
package io.pharos.alarms.scaling.api;

import org.jspecify.annotations.NullMarked;
