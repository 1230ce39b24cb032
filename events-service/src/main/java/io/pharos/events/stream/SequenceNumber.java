package io.pharos.events.stream;

import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;

import java.util.regex.Pattern;

/// Where a record stands: `49`, 4 digits of the stream's generation, 5 of the partition, 20 of the
/// offset. Fixed width, so that numbers and strings sort as offsets do within a shard.
public record SequenceNumber(int generation, int partition, long offset) {
    /// What any sequence number looks like, ours or not.
    public static final Pattern PATTERN = Pattern.compile("0|([1-9]\\d{0,128})");

    private static final Pattern OURS = Pattern.compile("49(\\d{4})(\\d{5})(\\d{20})");

    /// @throws InvalidArgumentException it is of another stream or another shard
    public static SequenceNumber of(String text, Stream stream, String shardId) {
        var parts = OURS.matcher(text);
        if (parts.matches()) {
            try {
                var number =
                        new SequenceNumber(
                                Integer.parseInt(parts.group(1)),
                                Integer.parseInt(parts.group(2)),
                                Long.parseLong(parts.group(3)));
                if (number.generation == stream.generation()
                        && number.partition == stream.partition(shardId)) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // An offset above 2^63: not ours either.
            }
        }
        throw InvalidArgumentException.builder()
                .message(
                        "StartingSequenceNumber %s used in GetShardIterator on shard %s in stream %s under account %s is invalid because it did not come from this stream."
                                .formatted(text, shardId, stream.name(), stream.tenant().account()))
                .build();
    }

    @Override
    public String toString() {
        return "49%04d%05d%020d".formatted(generation, partition, offset);
    }
}
