package io.pharos.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

final class StreamTopicTest {
    @Test
    void a_stream_of_any_tenant_has_a_topic_of_its_own() {
        assertThat(StreamTopic.of("123456789012", "eu-west-1", "WebLogs"))
                .isEqualTo("stream.123456789012.eu-west-1.WebLogs");
    }

    /// A shard holds the keys whose hash lies in [floor(i · 2^128 / n), floor((i + 1) · 2^128 / n)).
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "7", "64"})
    void a_key_lies_in_the_range_of_its_shard(int shards) throws Exception {
        for (var i = 0; i < 2_000; i++) {
            var key = "key-" + i;
            var hash =
                    new BigInteger(
                            1,
                            MessageDigest.getInstance("MD5")
                                    .digest(key.getBytes(StandardCharsets.UTF_8)));
            var shard = StreamTopic.partition(key, shards);
            assertThat(hash)
                    .isBetween(
                            start(shard, shards),
                            start(shard + 1, shards).subtract(BigInteger.ONE));
        }
    }

    private static BigInteger start(int shard, int shards) {
        return BigInteger.ONE
                .shiftLeft(128)
                .multiply(BigInteger.valueOf(shard))
                .divide(BigInteger.valueOf(shards));
    }
}
