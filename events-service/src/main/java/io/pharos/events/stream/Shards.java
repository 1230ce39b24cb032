package io.pharos.events.stream;

import java.math.BigInteger;
import java.util.regex.Pattern;

/// The names and ranges of shards, which split the space of hash keys, 0 to 2^128 − 1, evenly. Which one a
/// key belongs to: [io.pharos.stream.StreamTopic].
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
}
