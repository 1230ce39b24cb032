/// Tags of what is no alarm.
@NullMarked
package io.pharos.alarms.tag.http;

import org.jspecify.annotations.NullMarked;
