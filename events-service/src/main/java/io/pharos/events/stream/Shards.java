package io.pharos.events.stream;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/// How the space of hash keys, 0 to 2^128 − 1, is split evenly among shards, and which shard a
/// partition key belongs to.
public final class Shards {
    public static final BigInteger KEYS = BigInteger.TWO.pow(128);

    private static final Pattern ID = Pattern.compile("shardId-\\d{12}");
    private static final int PREFIX = "shardId-".length();

    private Shards() {}

    /// `shardId-000000000000` for partition 0.
    public static String id(int partition) {
        return "shardId-%012d".formatted(partition);
    }

    /// −1 for what is no shard's id.
    static int partition(String id) {
        if (!ID.matcher(id).matches()) {
            return -1;
        }
        var number = Long.parseLong(id.substring(PREFIX));
        return number > Integer.MAX_VALUE ? -1 : (int) number;
    }

    /// The first hash key of shard `partition` of `count`: floor(partition · 2^128 / count).
    public static BigInteger start(int partition, int count) {
        return KEYS.multiply(BigInteger.valueOf(partition)).divide(BigInteger.valueOf(count));
    }

    /// The last hash key of a shard.
    public static BigInteger end(int partition, int count) {
        return start(partition + 1, count).subtract(BigInteger.ONE);
    }

    /// MD5 of a partition key, as a number.
    public static BigInteger hash(String partitionKey) {
        try {
            var digest =
                    MessageDigest.getInstance("MD5")
                            .digest(partitionKey.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /// The shard whose range holds a hash key.
    public static int of(BigInteger hashKey, int count) {
        var guess = hashKey.multiply(BigInteger.valueOf(count)).divide(KEYS).intValueExact();
        // Ranges start at rounded-down borders, so the guess may be one too low.
        return guess + 1 < count && hashKey.compareTo(start(guess + 1, count)) >= 0
                ? guess + 1
                : guess;
    }
}
