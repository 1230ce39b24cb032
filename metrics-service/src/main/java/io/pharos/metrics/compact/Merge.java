package io.pharos.metrics.compact;

import io.pharos.metrics.point.BlockBuilder;
import io.pharos.metrics.point.BlockDecoder;
import io.pharos.metrics.point.PointBlock;
import io.pharos.metrics.point.PointColumns;
import io.pharos.metrics.point.Resolution;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Several runs of a bucket as one, points of one key merged; the result may be coarser. Works chunk by
/// chunk: of each run one block is unpacked, and a series that is in one run only is copied as it is.
public final class Merge {
    private final Resolution from;
    private final long fromBucketS;
    private final Resolution into;
    private final long intoBucketS;
    private final PointColumns columns = new PointColumns();

    /// @param into the same resolution, or a coarser one with the bucket that contains the bucket
    public Merge(Resolution from, long fromBucketS, Resolution into, long intoBucketS) {
        this.from = from;
        this.fromBucketS = fromBucketS;
        this.into = into;
        this.intoBucketS = intoBucketS;
    }

    private static final class Source implements AutoCloseable {
        private final BlockDecoder chunk = new BlockDecoder();
        private final Iterator<PointBlock> blocks;
        private final int age;
        private long series = Long.MIN_VALUE;
        private byte kind;
        private boolean isOpen;

        Source(Iterator<PointBlock> blocks, int age) {
            this.blocks = blocks;
            this.age = age;
        }

        long series() {
            return series;
        }

        byte kind() {
            return kind;
        }

        boolean advance() {
            while (!isOpen || !chunk.next()) {
                if (!blocks.hasNext()) {
                    return false;
                }
                chunk.open(blocks.next());
                isOpen = true;
            }
            if (chunk.series() < series || (chunk.series() == series && chunk.kind() <= kind)) {
                throw new IllegalStateException("a run is not sorted");
            }
            series = chunk.series();
            kind = chunk.kind();
            return true;
        }

        boolean isBefore(Source other) {
            if (series != other.series) {
                return series < other.series;
            }
            return kind == other.kind ? age < other.age : kind < other.kind;
        }

        boolean isLike(Source other) {
            return series == other.series && kind == other.kind;
        }

        @Override
        public void close() {
            chunk.close();
        }
    }

    /// The sources that have a chunk, in a heap: the least on top.
    private static final class Queue {
        private final Source[] sources;
        private int size;

        Queue(int capacity) {
            sources = new Source[capacity];
        }

        void add(Source source) {
            sources[size++] = source;
            for (var at = size / 2 - 1; at >= 0; at--) {
                sink(at);
            }
        }

        /// The one with the least chunk; null: there is none.
        @Nullable Source first() {
            return size == 0 ? null : sources[0];
        }

        /// Whether another one has a chunk like the first one's.
        boolean isShared() {
            return size > 1 && sources[0].isLike(sources[1])
                    || size > 2 && sources[0].isLike(sources[2]);
        }

        /// The first one goes to its next chunk.
        void advance() {
            if (!sources[0].advance()) {
                sources[0] = sources[--size];
            }
            sink(0);
        }

        private void sink(int from) {
            var at = from;
            for (var child = 2 * at + 1; child < size; child = 2 * at + 1) {
                if (child + 1 < size && sources[child + 1].isBefore(sources[child])) {
                    child++;
                }
                if (!sources[child].isBefore(sources[at])) {
                    return;
                }
                var sunk = sources[at];
                sources[at] = sources[child];
                sources[child] = sunk;
                at = child;
            }
        }
    }

    /// @param runs oldest first
    /// @return how many points there are now
    public long run(List<? extends Iterator<PointBlock>> runs, BlockBuilder target) {
        var sources = new ArrayList<Source>(runs.size());
        try {
            var queue = new Queue(runs.size());
            for (var run : runs) {
                var source = new Source(run, sources.size());
                sources.add(source);
                if (source.advance()) {
                    queue.add(source);
                }
            }
            return run(queue, target);
        } finally {
            sources.forEach(Source::close);
        }
    }

    private long run(Queue queue, BlockBuilder target) {
        var points = 0L;
        for (Source first; (first = queue.first()) != null; ) {
            if (from == into && !queue.isShared()) {
                points += target.copy(first.chunk);
                queue.advance();
                continue;
            }
            var series = first.series();
            var kind = first.kind();
            columns.clear();
            while (first != null && first.series() == series && first.kind() == kind) {
                take(first);
                queue.advance();
                first = queue.first();
            }
            target.add(series, kind, columns);
            points += columns.size();
        }
        target.finish();
        return points;
    }

    private void take(Source source) {
        if (from == into) {
            source.chunk.read(true, columns::add);
            return;
        }
        var offset = fromBucketS - intoBucketS;
        source.chunk.read(
                true,
                (period, count, sum, minimum, maximum, distributed, histogram) ->
                        columns.add(
                                Math.toIntExact(
                                        (offset + (long) period * from.seconds()) / into.seconds()),
                                count,
                                sum,
                                minimum,
                                maximum,
                                distributed,
                                histogram));
    }
}
