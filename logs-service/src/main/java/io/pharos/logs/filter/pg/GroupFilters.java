package io.pharos.logs.filter.pg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.kit.StreamBatch;
import io.pharos.logs.group.LogGroup;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The compiled filters of the groups whose events arrive, never staler than the batch: a batch asks
/// once for the number of the last change, and reads a group's filters again when that has grown. So a
/// filter that was put before an event was received sees the event, on whatever replica.
///
/// @param <F> a compiled filter
public final class GroupFilters<F> {
    /// Groups that are remembered; those without filters too.
    private static final int MAX_GROUPS = 100_000;

    /// Asked once a batch, whoever keeps filters.
    private static final Cache<StreamBatch, Long> VERSIONS =
            Caffeine.newBuilder().weakKeys().build();

    /// Reads and compiles what a group has.
    @FunctionalInterface
    public interface Loader<F> {
        List<F> load(Connection connection, LogGroup group) throws SQLException;
    }

    private record Known<F>(long version, List<F> filters) {}

    private final Loader<F> loader;
    private final Cache<Long, Known<F>> known =
            Caffeine.newBuilder().maximumSize(MAX_GROUPS).build();

    public GroupFilters(Loader<F> loader) {
        this.loader = loader;
    }

    /// The filters of a group as of this batch's transaction.
    public List<F> of(StreamBatch batch, LogGroup group) throws SQLException {
        var version = version(batch);
        var filters = known.getIfPresent(group.id());
        if (filters == null || filters.version() != version) {
            filters = new Known<>(version, loader.load(batch.connection(), group));
            known.put(group.id(), filters);
        }
        return filters.filters();
    }

    private static long version(StreamBatch batch) throws SQLException {
        @Nullable Long seen = VERSIONS.getIfPresent(batch);
        if (seen == null) {
            seen = FilterChanges.version(batch.connection());
            VERSIONS.put(batch, seen);
        }
        return seen;
    }
}
