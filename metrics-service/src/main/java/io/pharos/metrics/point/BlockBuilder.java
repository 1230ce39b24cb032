package io.pharos.metrics.point;

import com.github.luben.zstd.Zstd;

import java.util.Arrays;
import java.util.List;
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
        note(
                ofSeries,
                kind,
                chunks.size() - from,
                columns.size(),
                columns.period(0),
                columns.period(columns.size() - 1));
    }

    /// Adds a chunk as it stands in another block of the same resolution and bucket.
    ///
    /// @return how many points it has
    public int copy(BlockDecoder chunk) {
        var added = chunk.chunkPoints();
        chunks.put(chunk.array(), chunk.chunkFrom(), chunk.chunkTo());
        note(
                chunk.series(),
                chunk.kind(),
                chunk.chunkTo() - chunk.chunkFrom(),
                added,
                chunk.blockFirstPeriod(),
                chunk.blockLastPeriod());
        return added;
    }

    private void note(long ofSeries, byte kind, int bytes, int added, int first, int last) {
        if (size == series.length) {
            series = Arrays.copyOf(series, size * 2);
            kinds = Arrays.copyOf(kinds, size * 2);
            lengths = Arrays.copyOf(lengths, size * 2);
        }
        series[size] = ofSeries;
        kinds[size] = kind;
        lengths[size++] = bytes;
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

    /// Packs sorted points, no two of one key, of one resolution and bucket.
    public static void pack(
            List<Point> points, Resolution resolution, long bucketS, Consumer<PointBlock> blocks) {
        var builder = new BlockBuilder(FAST, blocks);
        var columns = new PointColumns();
        for (var i = 0; i < points.size(); ) {
            var series = points.get(i).series();
            var kind = points.get(i).kind();
            columns.clear();
            for (; i < points.size(); i++) {
                var point = points.get(i);
                if (point.series() != series || point.kind() != kind) {
                    break;
                }
                columns.add(resolution.periodIn(bucketS, point.startS()), point.aggregate());
            }
            builder.add(series, kind, columns);
        }
        builder.finish();
    }
}
