package io.pharos.metrics.series;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.jspecify.annotations.Nullable;

/// The series that lately had samples, by hash, so that a known series costs no SQL. Bounded; a series
/// that fell out is found again in the index. Only committed series may be put.
public final class SeriesCache {
    private final Cache<Long, KnownSeries> byHash;

    public SeriesCache(int capacity) {
        byHash = Caffeine.newBuilder().maximumSize(capacity).build();
    }

    /// The series with this hash, to be compared with what was asked for; null when none is known.
    public @Nullable KnownSeries find(long hash) {
        return byHash.getIfPresent(hash);
    }

    public void put(KnownSeries known) {
        byHash.put(known.hash(), known);
    }
}
