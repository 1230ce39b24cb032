/// The Kafka topics behind streams.
@NullMarked
package io.pharos.events.stream.kafka;

import org.jspecify.annotations.NullMarked;
