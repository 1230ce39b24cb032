/// Takes what alarms say out of the outboxes and to where it belongs.
@NullMarked
package io.pharos.alarms.deliver;

import org.jspecify.annotations.NullMarked;
