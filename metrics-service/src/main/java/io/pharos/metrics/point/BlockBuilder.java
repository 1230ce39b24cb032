package io.pharos.metrics.point;

import com.github.luben.zstd.Zstd;

import java.util.Arrays;
import java.util.function.Consumer;

/// Packs sorted chunks into blocks, and gives each block out when it is full. For one thread.
public final class BlockBuilder {
    /// Fast, for what is soon written again.
    public static final int FAST = 1;

    /// For what stays.
    public static final int SMALL = 6;

    private final int zstdLevel;
    private final Consumer<PointBlock> blocks;
    private final ChunkWriter writer = new ChunkWriter();
    private final BlockWriter chunks = new BlockWriter(1 << 16);
    private final BlockWriter payload = new BlockWriter(1 << 16);
    private long[] series = new long[64];
    private byte[] kinds = new byte[64];
    private int[] sizes = new int[64];
    private byte[] flags = new byte[64];
    private int[] firsts = new int[64];
    private int[] steps = new int[64];
    private int[] lengths = new int[64];
    private int size;
    private int points;
    private int firstPeriod = Integer.MAX_VALUE;
    private int lastPeriod = Integer.MIN_VALUE;

    /// @param zstdLevel [#FAST] or [#SMALL]
    public BlockBuilder(int zstdLevel, Consumer<PointBlock> blocks) {
        this.zstdLevel = zstdLevel;
        this.blocks = blocks;
    }

    /// Adds points of one series and kind.
    ///
    /// @param columns not empty; series and kind not before those of the last call
    public void add(long ofSeries, byte kind, PointColumns columns) {
        var from = chunks.size();
        writer.write(chunks, columns);
        var first = columns.period(0);
        take(ofSeries, kind, columns.size(), writer.flags(), first, writer.step(), from);
        note(columns.size(), first, columns.period(columns.size() - 1));
    }

    /// Adds a point of one sample, as above.
    void add(long ofSeries, byte kind, int period, double value) {
        var from = chunks.size();
        writer.write(chunks, value);
        take(ofSeries, kind, 1, writer.flags(), period, writer.step(), from);
        note(1, period, period);
    }

    /// Adds a chunk as it stands in another block of the same resolution and bucket.
    ///
    /// @return how many points it has
    public int copy(BlockDecoder chunk) {
        var from = chunks.size();
        var added = chunk.chunkPoints();
        chunks.put(chunk.array(), chunk.chunkFrom(), chunk.chunkTo());
        take(
                chunk.series(),
                chunk.kind(),
                added,
                chunk.flags(),
                chunk.chunkFirstPeriod(),
                chunk.chunkStep(),
                from);
        note(added, chunk.blockFirstPeriod(), chunk.blockLastPeriod());
        return added;
    }

    private void take(
            long ofSeries, byte kind, int added, int flag, int first, int step, int from) {
        if (size == series.length) {
            series = Arrays.copyOf(series, size * 2);
            kinds = Arrays.copyOf(kinds, size * 2);
            sizes = Arrays.copyOf(sizes, size * 2);
            flags = Arrays.copyOf(flags, size * 2);
            firsts = Arrays.copyOf(firsts, size * 2);
            steps = Arrays.copyOf(steps, size * 2);
            lengths = Arrays.copyOf(lengths, size * 2);
        }
        series[size] = ofSeries;
        kinds[size] = kind;
        sizes[size] = added;
        flags[size] = (byte) flag;
        firsts[size] = first;
        steps[size] = step;
        lengths[size++] = chunks.size() - from;
    }

    private void note(int added, int first, int last) {
        points += added;
        firstPeriod = Math.min(firstPeriod, first);
        lastPeriod = Math.max(lastPeriod, last);
        if (points >= PointBlock.FULL_POINTS || size >= PointBlock.FULL_CHUNKS) {
            finish();
        }
    }

    /// Gives out what is left; the builder may be used again.
    public void finish() {
        if (size == 0) {
            return;
        }
        payload.clear();
        payload.putVarint(size);
        var before = 0L;
        for (var i = 0; i < size; i++) {
            payload.putVarint(series[i] - before);
            before = series[i];
        }
        payload.put(kinds, size);
        for (var i = 0; i < size; i++) {
            payload.putVarint(sizes[i]);
        }
        payload.put(flags, size);
        var first = 0;
        for (var i = 0; i < size; i++) {
            payload.putSigned(firsts[i] - first);
            first = firsts[i];
        }
        for (var i = 0; i < size; i++) {
            if (ChunkForm.hasStep(sizes[i], flags[i])) {
                payload.putVarint(steps[i]);
            }
        }
        for (var i = 0; i < size; i++) {
            payload.putVarint(lengths[i]);
        }
        payload.put(chunks);
        blocks.accept(
                new PointBlock(
                        series[0],
                        series[size - 1],
                        firstPeriod,
                        lastPeriod,
                        points,
                        compressed()));
        chunks.clear();
        size = 0;
        points = 0;
        firstPeriod = Integer.MAX_VALUE;
        lastPeriod = Integer.MIN_VALUE;
    }

    private byte[] compressed() {
        var bound = (int) Zstd.compressBound(payload.size());
        var target = new byte[PointBlock.HEADER_BYTES + bound];
        target[0] = PointBlock.VERSION;
        for (var i = 0; i < 4; i++) {
            target[i + 1] = (byte) (payload.size() >>> (8 * i));
        }
        var written =
                Zstd.compressByteArray(
                        target,
                        PointBlock.HEADER_BYTES,
                        bound,
                        payload.array(),
                        0,
                        payload.size(),
                        zstdLevel);
        return Arrays.copyOf(target, PointBlock.HEADER_BYTES + (int) written);
    }

    /// Packs a run.
    public static void pack(Run run, Consumer<PointBlock> blocks) {
        var builder = new BlockBuilder(FAST, blocks);
        var columns = new PointColumns();
        for (var i = 0; i < run.size(); ) {
            var series = run.series(i);
            var kind = run.kind(i);
            var end = i + 1;
            while (end < run.size() && run.series(end) == series && run.kind(end) == kind) {
                end++;
            }
            if (end == i + 1 && run.aggregate(i) == null) {
                builder.add(series, kind, run.period(i), run.value(i));
            } else {
                columns.clear();
                for (var at = i; at < end; at++) {
                    add(columns, run, at);
                }
                builder.add(series, kind, columns);
            }
            i = end;
        }
        builder.finish();
    }

    private static void add(PointColumns columns, Run run, int at) {
        var aggregate = run.aggregate(at);
        if (aggregate == null) {
            var value = run.value(at);
            columns.add(run.period(at), 1, value, value, value, value >= 0, null);
        } else {
            columns.add(run.period(at), aggregate);
        }
    }
}
