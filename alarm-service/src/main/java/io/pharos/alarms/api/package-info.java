/// CloudWatch's operations about alarms and their tags.
@NullMarked
package io.pharos.alarms.api;

import org.jspecify.annotations.NullMarked;
