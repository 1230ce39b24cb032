package io.pharos.metrics.compact;

import io.pharos.metrics.point.BlockBuilder;
import io.pharos.metrics.point.BlockDecoder;
import io.pharos.metrics.point.PointBlock;
import io.pharos.metrics.point.PointColumns;
import io.pharos.metrics.point.Resolution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

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

        int age() {
            return age;
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

        boolean isLike(Source other) {
            return series == other.series && kind == other.kind;
        }

        @Override
        public void close() {
            chunk.close();
        }
    }

    /// @param runs oldest first
    /// @return how many points there are now
    public long run(List<? extends Iterator<PointBlock>> runs, BlockBuilder target) {
        var sources = new ArrayList<Source>(runs.size());
        try {
            var queue =
                    new PriorityQueue<>(
                            Comparator.comparingLong(Source::series)
                                    .thenComparing(Source::kind)
                                    .thenComparing(Source::age));
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

    private long run(PriorityQueue<Source> queue, BlockBuilder target) {
        var points = 0L;
        while (!queue.isEmpty()) {
            var first = queue.remove();
            var next = queue.peek();
            if (from == into && (next == null || !next.isLike(first))) {
                points += target.copy(first.chunk);
                if (first.advance()) {
                    queue.add(first);
                }
                continue;
            }
            var series = first.series();
            var kind = first.kind();
            columns.clear();
            take(first, queue);
            while (!queue.isEmpty()
                    && queue.element().series() == series
                    && queue.element().kind() == kind) {
                take(queue.remove(), queue);
            }
            target.add(series, kind, columns);
            points += columns.size();
        }
        target.finish();
        return points;
    }

    private void take(Source source, PriorityQueue<Source> queue) {
        if (from == into) {
            source.chunk.read(true, columns::add);
        } else {
            var offset = fromBucketS - intoBucketS;
            source.chunk.read(
                    true,
                    (period, count, sum, minimum, maximum, distributed, histogram) ->
                            columns.add(
                                    Math.toIntExact(
                                            (offset + (long) period * from.seconds())
                                                    / into.seconds()),
                                    count,
                                    sum,
                                    minimum,
                                    maximum,
                                    distributed,
                                    histogram));
        }
        if (source.advance()) {
            queue.add(source);
        }
    }
}
