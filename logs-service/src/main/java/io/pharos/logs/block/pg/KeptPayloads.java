package io.pharos.logs.block.pg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.jspecify.annotations.Nullable;

/// The bytes of blocks that were merged here or that queries asked for last, in memory: a block never
/// changes, and to bring one costs as much as half of searching it.
public final class KeptPayloads {
    private static final long MAX_BYTES = 256L << 20;
    private static final int SHARE = 8; // of the heap
    private static final int OVERHEAD = 128;

    /// A block as its index row tells it: a database that was set back may give an id again.
    public record Key(long id, int checksum) {}

    private final Cache<Key, byte[]> kept;

    KeptPayloads() {
        this(Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / SHARE));
    }

    /// @param bytes what all of them may come to
    KeptPayloads(long bytes) {
        kept =
                Caffeine.newBuilder()
                        .maximumWeight(bytes)
                        .weigher((Key _, byte[] payload) -> payload.length + OVERHEAD)
                        .build();
    }

    /// Null: it has to be brought.
    public byte @Nullable [] find(Key key) {
        return kept.getIfPresent(key);
    }

    /// Not to be changed by anyone from now on.
    public void keep(Key key, byte[] payload) {
        kept.put(key, payload);
    }

    /// What all of them come to, with what they take beside their bytes.
    long bytes() {
        kept.cleanUp();
        return kept.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }
}
