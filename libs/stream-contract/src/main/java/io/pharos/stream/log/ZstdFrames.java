package io.pharos.stream.log;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import java.util.concurrent.ArrayBlockingQueue;

/// Opens zstd frames with contexts that are used again: to make one takes as long as to open some
/// tens of kilobytes. For any thread.
public final class ZstdFrames {
    /// Of 100 to 200 KB each, outside of the heap.
    private static final int MAX_IDLE = 16;

    private static final ArrayBlockingQueue<ZstdDecompressCtx> IDLE =
            new ArrayBlockingQueue<>(MAX_IDLE);

    private ZstdFrames() {}

    /// Opens the frame of `length` bytes from `start` on into the first `size` bytes of `into`.
    ///
    /// @return how many bytes it had
    /// @throws ZstdException when it is no frame, damaged or too large
    public static int open(byte[] frame, int start, int length, byte[] into, int size) {
        var idle = IDLE.poll();
        var context = idle == null ? new ZstdDecompressCtx() : idle;
        try {
            return context.decompressByteArray(into, 0, size, frame, start, length);
        } finally {
            if (!IDLE.offer(context)) {
                context.close();
            }
        }
    }

    /// As above, a frame of known size.
    ///
    /// @throws ZstdException when it is no frame, damaged, or of another size
    public static byte[] open(byte[] frame, int size) {
        var into = new byte[size];
        if (open(frame, 0, frame.length, into, size) != size) {
            throw new ZstdException(0, "not of size " + size);
        }
        return into;
    }
}
