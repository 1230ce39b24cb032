/// Settings of alarm-service and the beans made of them.
@NullMarked
package io.pharos.alarms.config;

import org.jspecify.annotations.NullMarked;
