package io.pharos.stream;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Names of the Kafka topics behind users' streams: `stream.<account>.<region>.<name>`. One shard is
/// one partition; the value is the record's data as it was put, the key its partition key in UTF-8,
/// so that a plain Kafka consumer reads what the Kinesis-shaped API answers.
public final class StreamTopic {
    private StreamTopic() {}

    public static String of(String account, String region, String streamName) {
        return "stream." + account + "." + region + "." + streamName;
    }

    /// The partition that a partition key belongs to, as in Kinesis: its MD5 as a number, in a space
    /// that the shards split evenly, shard `i` starting at floor(i · 2^128 / shards).
    public static int partition(String partitionKey, int shards) {
        try {
            var digest =
                    MessageDigest.getInstance("MD5")
                            .digest(partitionKey.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, digest)
                    .add(BigInteger.ONE)
                    .multiply(BigInteger.valueOf(shards))
                    .subtract(BigInteger.ONE)
                    .shiftRight(128)
                    .intValueExact();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
