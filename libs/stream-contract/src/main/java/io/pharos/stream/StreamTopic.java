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

    /// The partition that a partition key belongs to.
    public static int partition(String partitionKey, int shards) {
        return partition(hashKey(partitionKey), shards);
    }

    /// The partition whose range holds a hash key, as in Kinesis: the shards split the space of 2^128 keys
    /// evenly, shard `i` starting at floor(i · 2^128 / shards).
    public static int partition(BigInteger hashKey, int shards) {
        return hashKey.add(BigInteger.ONE)
                .multiply(BigInteger.valueOf(shards))
                .subtract(BigInteger.ONE)
                .shiftRight(128)
                .intValueExact();
    }

    /// MD5 of a partition key, as a number.
    public static BigInteger hashKey(String partitionKey) {
        try {
            var digest =
                    MessageDigest.getInstance("MD5")
                            .digest(partitionKey.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
