/// Topics: subscribers, published messages, and the rules of what each of them is sent.
@NullMarked
package io.pharos.events.topic;

import org.jspecify.annotations.NullMarked;
