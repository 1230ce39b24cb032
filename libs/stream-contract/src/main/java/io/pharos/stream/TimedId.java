package io.pharos.stream;

import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Ids that say when they were made: UUIDs of version 7 (RFC 9562). Unique, not secret.
public final class TimedId {
    private static final long TIME_BITS = 48;
    private static final long MAX_TIME = (1L << TIME_BITS) - 1;
    private static final int VERSION = 7;

    private TimedId() {}

    /// A new one.
    ///
    /// @param timeMs milliseconds since the epoch
    public static UUID at(long timeMs) {
        var random = ThreadLocalRandom.current();
        return new UUID(
                (timeMs & MAX_TIME) << 16 | VERSION << 12 | random.nextInt(1 << 12),
                random.nextLong() >>> 2 | 1L << 63);
    }

    /// The milliseconds an id was made at; empty for any other text.
    public static OptionalLong timeMs(String id) {
        try {
            var uuid = UUID.fromString(id);
            return uuid.version() == VERSION
                    ? OptionalLong.of(uuid.getMostSignificantBits() >>> 16)
                    : OptionalLong.empty();
        } catch (IllegalArgumentException foreign) {
            return OptionalLong.empty();
        }
    }
}
