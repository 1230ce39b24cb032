package io.pharos.metrics.point;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import io.pharos.metric.Histogram;
import io.pharos.metric.Unit;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// Unpacks blocks, one after the other, and walks through their chunks. Holds buffers and native
/// memory: for one thread, to be closed.
public final class BlockDecoder implements AutoCloseable {
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private final ChunkReader reader = new ChunkReader();
    private byte[] payload = new byte[1 << 14];
    private BlockReader in = new BlockReader(payload);
    private int size;
    private long[] series = new long[64];
    private int kindsAt;
    private int[] sizes = new int[64];
    private int flagsAt;
    private int[] firsts = new int[64];
    private int[] steps = new int[64];
    private int[] ends = new int[64];
    private int bodyAt;
    private int chunk;
    private int firstPeriod;
    private int lastPeriod;

    /// Sees points; `series`, `unit` and the like are those of the decoder's chunk.
    @FunctionalInterface
    public interface Sink {
        /// @param histogram null while all samples are one value, or not distributed; the sink's own
        void point(
                int period,
                double count,
                double sum,
                double minimum,
                double maximum,
                boolean distributed,
                @Nullable Histogram histogram);
    }

    /// Unpacks a block; [#next] goes to its first chunk.
    ///
    /// @throws IllegalStateException when the bytes are no block
    public void open(byte[] body) {
        open(body, 0, Integer.MAX_VALUE);
    }

    /// The same, for those who copy chunks.
    public void open(PointBlock block) {
        open(block.body(), block.firstPeriod(), block.lastPeriod());
    }

    private void open(byte[] body, int blockFirstPeriod, int blockLastPeriod) {
        firstPeriod = blockFirstPeriod;
        lastPeriod = blockLastPeriod;
        var length = decompress(body);
        in.slice(0, length);
        size = in.count(length);
        if (series.length < size) {
            series = new long[size];
            sizes = new int[size];
            firsts = new int[size];
            steps = new int[size];
            ends = new int[size];
        }
        var id = 0L;
        for (var i = 0; i < size; i++) {
            id += in.varint();
            series[i] = id;
        }
        kindsAt = in.position();
        in.slice(Math.addExact(kindsAt, size), length);
        for (var i = 0; i < size; i++) {
            sizes[i] = Math.max(1, in.count(PointBlock.MAX_POINTS));
        }
        flagsAt = in.position();
        in.slice(Math.addExact(flagsAt, size), length);
        var first = 0L;
        for (var i = 0; i < size; i++) {
            first += in.signed();
            firsts[i] = (int) first;
        }
        for (var i = 0; i < size; i++) {
            steps[i] =
                    ChunkForm.hasStep(sizes[i], payload[flagsAt + i])
                            ? in.count(PointBlock.MAX_POINTS)
                            : 0;
        }
        var end = 0L;
        for (var i = 0; i < size; i++) {
            end += in.count(length);
            if (end > length) {
                throw new IllegalStateException("broken block: lengths");
            }
            ends[i] = (int) end;
        }
        bodyAt = in.position();
        if (bodyAt + end != length) {
            throw new IllegalStateException("broken block: lengths");
        }
        chunk = -1;
    }

    private int decompress(byte[] block) {
        if (block.length < PointBlock.HEADER_BYTES || block[0] != PointBlock.VERSION) {
            throw new IllegalStateException("not a block of points");
        }
        var length = 0;
        for (var i = 0; i < 4; i++) {
            length |= (block[i + 1] & 0xFF) << (8 * i);
        }
        if (length < 0 || length > PointBlock.MAX_BYTES) {
            throw new IllegalStateException("block too large: " + length);
        }
        if (payload.length < length) {
            payload = new byte[Math.max(length, payload.length * 2)];
            in = new BlockReader(payload);
        }
        try {
            var read =
                    zstd.decompressByteArray(
                            payload,
                            0,
                            length,
                            block,
                            PointBlock.HEADER_BYTES,
                            block.length - PointBlock.HEADER_BYTES);
            if (read != length) {
                throw new IllegalStateException("zstd: block ends early");
            }
        } catch (ZstdException broken) {
            throw new IllegalStateException("zstd: broken block", broken);
        }
        return length;
    }

    /// Goes to the next chunk.
    public boolean next() {
        return ++chunk < size;
    }

    /// Goes to the next chunk of a series that is wanted.
    ///
    /// @param wanted ascending
    public boolean next(long[] wanted) {
        while (++chunk < size) {
            if (Arrays.binarySearch(wanted, series[chunk]) >= 0) {
                return true;
            }
            // Most are skipped: go to where the next wanted one may be.
            var after = -Arrays.binarySearch(wanted, series[chunk]) - 1;
            if (after == wanted.length) {
                return false;
            }
            var at = Arrays.binarySearch(series, chunk, size, wanted[after]);
            if (at < 0) {
                chunk = -at - 2;
            } else {
                while (at > chunk && series[at - 1] == wanted[after]) {
                    at--;
                }
                chunk = at - 1;
            }
        }
        return false;
    }

    public long series() {
        return series[chunk];
    }

    public byte kind() {
        return payload[kindsAt + chunk];
    }

    public Unit unit() {
        return Point.unitOf(kind());
    }

    public boolean isHighResolution() {
        return Point.isHighResolution(kind());
    }

    /// Gives the chunk's points, periods ascending.
    ///
    /// @param withDistributions false: all points are given without, which is faster
    public void read(boolean withDistributions, Sink sink) {
        in.slice(chunkFrom(), chunkTo());
        var points = sizes[chunk];
        var first = firsts[chunk];
        if (ChunkReader.isOneSample(points, flags())) {
            var value = ChunkReader.readValue(in, flags());
            sink.point(first, 1, value, value, value, withDistributions && value >= 0, null);
        } else {
            reader.read(in, points, flags(), first, steps[chunk], withDistributions, sink);
        }
    }

    byte[] array() {
        return payload;
    }

    int chunkFrom() {
        return bodyAt + (chunk == 0 ? 0 : ends[chunk - 1]);
    }

    int chunkTo() {
        return bodyAt + ends[chunk];
    }

    int chunkPoints() {
        return sizes[chunk];
    }

    int flags() {
        return payload[flagsAt + chunk];
    }

    int chunkFirstPeriod() {
        return firsts[chunk];
    }

    int chunkStep() {
        return steps[chunk];
    }

    int blockFirstPeriod() {
        return firstPeriod;
    }

    int blockLastPeriod() {
        return lastPeriod;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
