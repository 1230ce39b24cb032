package io.pharos.metrics.series;

import io.pharos.metric.Dimension;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// The series of one tenant in memory, in the order of `ListMetrics`: by namespace, name and number. The
/// set is immutable; only what is known of when series last had samples grows. Thread-safe.
public final class TenantSeries {
    public static final TenantSeries NONE = new TenantSeries(new Entry[0]);

    /// Of texts in the order of their UTF-8 bytes, as PostgreSQL's `"C"`.
    private static final Comparator<String> BYTES = TenantSeries::compare;

    private static final Comparator<Entry> ORDER =
            Comparator.comparing(Entry::namespace, BYTES)
                    .thenComparing(Entry::metricName, BYTES)
                    .thenComparingLong(Entry::id);

    private final Entry[] sorted;

    private TenantSeries(Entry[] sorted) {
        this.sorted = sorted;
    }

    /// A series, and what is known of its last samples.
    public static final class Entry {
        private final KnownSeries known;
        private volatile long seenMs;
        private volatile long checkedMs;

        private Entry(KnownSeries known, long nowMs) {
            this.known = known;
            this.seenMs = known.lastSeenMs();
            this.checkedMs = nowMs;
        }

        public long id() {
            return known.id();
        }

        String namespace() {
            return known.series().namespace();
        }

        String metricName() {
            return known.series().metricName();
        }

        /// Notes what the index says now.
        public void seen(long lastSeenMs, long nowMs) {
            seenMs = Math.max(seenMs, lastSeenMs);
            checkedMs = nowMs;
        }
    }

    /// @param doubtful series that meet the filter but for their last samples, and may have had some
    ///     since the index was asked: the page is right once it was asked again
    public record Page(List<KnownSeries> series, List<Entry> doubtful) {}

    public int size() {
        return sorted.length;
    }

    /// These and others; what is here already stays as it is.
    ///
    /// @param nowMs when the index told of them
    public TenantSeries with(Collection<KnownSeries> others, long nowMs) {
        var more =
                others.stream()
                        .map(known -> new Entry(known, nowMs))
                        .filter(entry -> Arrays.binarySearch(sorted, entry, ORDER) < 0)
                        .sorted(ORDER)
                        .toList();
        if (more.isEmpty()) {
            return this;
        }
        var all = new ArrayList<Entry>(sorted.length + more.size());
        var next = 0;
        for (var entry : sorted) {
            while (next < more.size() && ORDER.compare(more.get(next), entry) < 0) {
                all.add(more.get(next++));
            }
            all.add(entry);
        }
        all.addAll(more.subList(next, more.size()));
        return new TenantSeries(all.toArray(Entry[]::new));
    }

    /// The first series behind the filter's last one that meet it.
    ///
    /// @param checkedSinceMs who seems to have had no samples is doubtful when the index was asked before
    public Page page(SeriesFilter filter, int limit, long checkedSinceMs) {
        var found = new ArrayList<KnownSeries>(Math.min(limit, 16));
        var doubtful = new ArrayList<Entry>();
        for (var i = start(filter); i < sorted.length && found.size() < limit; i++) {
            var entry = sorted[i];
            if (isBehind(entry, filter)) {
                break;
            }
            if (meets(entry.known.series(), filter)) {
                if (entry.seenMs >= filter.seenSinceMs()) {
                    found.add(entry.known);
                } else if (entry.checkedMs < checkedSinceMs) {
                    doubtful.add(entry);
                }
            }
        }
        return new Page(found, doubtful);
    }

    /// The first series by number that meet a condition, as [#page].
    public Page first(
            Predicate<Series> condition, int limit, long seenSinceMs, long checkedSinceMs) {
        var found = new ArrayList<KnownSeries>();
        var doubtful = new ArrayList<Entry>();
        for (var entry : sorted) {
            var isSeen = entry.seenMs >= seenSinceMs;
            if ((isSeen || entry.checkedMs < checkedSinceMs)
                    && condition.test(entry.known.series())) {
                if (isSeen) {
                    found.add(entry.known);
                } else {
                    doubtful.add(entry);
                }
            }
        }
        found.sort(Comparator.comparingLong(KnownSeries::id));
        return new Page(found.subList(0, Math.min(limit, found.size())), doubtful);
    }

    private int start(SeriesFilter filter) {
        var start = filter.namespace().isPresent() ? firstOf(filter) : 0;
        if (filter.afterId() == 0) {
            return start;
        }
        for (var i = 0; i < sorted.length; i++) {
            if (sorted[i].id() == filter.afterId()) {
                return Math.max(start, i + 1);
            }
        }
        return sorted.length;
    }

    /// The first series of a namespace, and of the name there if one is asked for.
    private int firstOf(SeriesFilter filter) {
        var namespace = filter.namespace().orElseThrow();
        var name = filter.metricName().orElse("");
        var low = 0;
        var high = sorted.length;
        while (low < high) {
            var middle = (low + high) >>> 1;
            var order = BYTES.compare(sorted[middle].namespace(), namespace);
            if (order == 0) {
                order = BYTES.compare(sorted[middle].metricName(), name);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Whether neither this one nor what follows can meet the filter.
    private static boolean isBehind(Entry entry, SeriesFilter filter) {
        return filter.namespace().isPresent()
                && (!filter.namespace().get().equals(entry.namespace())
                        || filter.metricName().isPresent()
                                && !filter.metricName().get().equals(entry.metricName()));
    }

    private static boolean meets(Series series, SeriesFilter filter) {
        if (filter.metricName().isPresent()
                && !filter.metricName().get().equals(series.metricName())) {
            return false;
        }
        var wanted = filter.dimensionNames().size() + filter.dimensions().size();
        if (wanted == 0) {
            return true;
        }
        var dimensions = series.dimensions().asList();
        return filter.dimensionNames().stream().allMatch(name -> value(dimensions, name) != null)
                && filter.dimensions().entrySet().stream()
                        .allMatch(one -> one.getValue().equals(value(dimensions, one.getKey())));
    }

    private static @Nullable String value(List<Dimension> dimensions, String name) {
        for (var dimension : dimensions) {
            if (dimension.name().equals(name)) {
                return dimension.value();
            }
        }
        return null;
    }

    private static int compare(String one, String other) {
        var length = Math.min(one.length(), other.length());
        for (var i = 0; i < length; i++) {
            var a = one.charAt(i);
            var b = other.charAt(i);
            if (a != b) {
                // UTF-16 has surrogates below some of what they stand behind.
                return Character.isSurrogate(a) != Character.isSurrogate(b)
                        ? Character.isSurrogate(a) ? 1 : -1
                        : a - b;
            }
        }
        return one.length() - other.length();
    }
}
