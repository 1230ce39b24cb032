/// Delivery to streams.
@NullMarked
package io.pharos.events.topic.stream;

import org.jspecify.annotations.NullMarked;
