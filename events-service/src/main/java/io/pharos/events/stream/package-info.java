/// Streams: Kinesis's shards, hash keys, sequence numbers and iterators over partitions and offsets.
@NullMarked
package io.pharos.events.stream;

import org.jspecify.annotations.NullMarked;
