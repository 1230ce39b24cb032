package io.pharos.events.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.stream.StreamTopic;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// Hash keys, sequence numbers and iterators against Kinesis's published values.
class ShardsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final byte[] SECRET = new byte[32];
    private static final Stream STREAM =
            new Stream(
                    new Tenant("123456789012", "us-east-1"),
                    "WebLogs",
                    7,
                    4,
                    false,
                    24,
                    StreamStatus.ACTIVE,
                    Map.of(),
                    NOW);

    @Test
    void partitionKeysFallIntoKinesisShards() {
        key("1", "261578874264819908609102035485573088411", 1, 3);
        key("abc", "191415658344158766168031473277922803570", 1, 2);
        key("user-1", "285573413173782752570879317399258818820", 1, 3);
    }

    private static void key(String partitionKey, String hash, int ofTwo, int ofFour) {
        assertThat(StreamTopic.hashKey(partitionKey)).isEqualTo(new BigInteger(hash));
        assertThat(StreamTopic.partition(new BigInteger(hash), 2)).isEqualTo(ofTwo);
        assertThat(StreamTopic.partition(new BigInteger(hash), 4)).isEqualTo(ofFour);
    }

    @Test
    void rangesMeetAndCoverEverything() {
        assertThat(Shards.end(0, 2)).hasToString("170141183460469231731687303715884105727");
        assertThat(Shards.start(1, 2)).hasToString("170141183460469231731687303715884105728");
        assertThat(Shards.end(0, 1)).hasToString("340282366920938463463374607431768211455");
        for (var count = 1; count <= 7; count++) {
            for (var shard = 0; shard < count; shard++) {
                assertThat(StreamTopic.partition(Shards.start(shard, count), count))
                        .isEqualTo(shard);
                assertThat(StreamTopic.partition(Shards.end(shard, count), count)).isEqualTo(shard);
            }
        }
    }

    @Test
    void sequenceNumbersSortAsOffsetsAndBelongToOneShard() {
        var number = new SequenceNumber(7, 2, 10);
        assertThat(number).hasToString("4900070000200000000000000000010");
        assertThat(number.toString()).matches(SequenceNumber.PATTERN);
        assertThat(SequenceNumber.of(number.toString(), STREAM, Shards.id(2))).isEqualTo(number);
        assertThat(new BigInteger(new SequenceNumber(7, 2, 9).toString()))
                .isLessThan(new BigInteger(number.toString()));
        for (var other :
                new String[] {
                    "0",
                    new SequenceNumber(8, 2, 10).toString(),
                    new SequenceNumber(7, 1, 10).toString(),
                    "4900070000299999999999999999999"
                }) {
            assertThatThrownBy(() -> SequenceNumber.of(other, STREAM, Shards.id(2)))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("did not come from this stream");
        }
    }

    @Test
    void iteratorsAreSignedAndExpire() {
        var longest = "x".repeat(128);
        var iterator = new ShardIterator(STREAM.tenant(), longest, 9999, 199, Long.MAX_VALUE, NOW);
        var text = iterator.encode(SECRET);
        assertThat(text).hasSizeLessThanOrEqualTo(512);
        assertThat(ShardIterator.decode(text, SECRET, NOW.plus(ShardIterator.LIFE)))
                .isEqualTo(iterator);
        var late = NOW.plus(ShardIterator.LIFE).plus(Duration.ofMillis(1));
        assertThatThrownBy(() -> ShardIterator.decode(text, SECRET, late))
                .isInstanceOf(ExpiredIteratorException.class);
        for (var bad :
                new String[] {"", "%", "AAAA", text.substring(1), "A" + text, "x".repeat(600)}) {
            assertThatThrownBy(() -> ShardIterator.decode(bad, SECRET, NOW))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessage("Invalid ShardIterator.");
        }
        assertThatThrownBy(() -> ShardIterator.decode(text, new byte[] {1}, NOW))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void knowsItsShards() {
        assertThat(STREAM.topic()).isEqualTo("stream.123456789012.us-east-1.WebLogs");
        assertThat(STREAM.arn()).isEqualTo("arn:aws:kinesis:us-east-1:123456789012:stream/WebLogs");
        assertThat(STREAM.partition("shardId-000000000003")).isEqualTo(3);
        for (var other :
                new String[] {"shardId-000000000004", "shardId-999999999999", "0", "shardId-3"}) {
            assertThatThrownBy(() -> STREAM.partition(other))
                    .isInstanceOf(ResourceNotFoundException.class)
                    .hasMessage(
                            "Shard "
                                    + other
                                    + " in stream WebLogs under account 123456789012 does not exist");
        }
    }
}
