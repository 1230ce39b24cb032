package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;

/// Compressed request bodies, never larger than a limit once inflated.
final class Gzip {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int MOST_INFLATION = 1_032;
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Gzip() {}

    /// @throws AwsError when the bytes are not gzip, or more than `limit` after inflation
    static byte[] inflate(byte[] body, int limit) {
        var whole = oneMember(body, limit);
        if (whole != null) {
            return whole;
        }
        var bytes = prefix(body, limit + 1);
        if (bytes.length > limit) {
            throw new AwsError(
                    "RequestEntityTooLargeException", 413, "The inflated request is too large.");
        }
        return bytes;
    }

    /// A file of one member without extras, as nearly all are, inflated in one go into an array of the
    /// size that its end tells; null for anything else, broken ones too.
    private static byte @Nullable [] oneMember(byte[] body, int limit) {
        var length = body.length;
        if (length < HEADER_BYTES + TRAILER_BYTES
                || body[0] != 0x1F
                || body[1] != (byte) 0x8B
                || body[2] != Deflater.DEFLATED
                || body[3] != 0) {
            return null;
        }
        var size = Integer.toUnsignedLong((int) INTS.get(body, length - 4));
        // Deflate makes nothing smaller than a thousandth: who claims more gets no memory for it.
        if (size > limit || size > (long) length * MOST_INFLATION) {
            return null;
        }
        var inflater = new Inflater(true);
        try {
            var bytes = new byte[(int) size];
            inflater.setInput(body, HEADER_BYTES, length - HEADER_BYTES - TRAILER_BYTES);
            var inflated = inflater.inflate(bytes);
            if (inflated != size || !inflater.finished() && inflater.inflate(new byte[1]) != 0) {
                return null;
            }
            if (!inflater.finished() || inflater.getRemaining() != 0) {
                return null;
            }
            var crc = new CRC32();
            crc.update(bytes);
            return (int) crc.getValue() == (int) INTS.get(body, length - 8) ? bytes : null;
        } catch (DataFormatException broken) {
            return null;
        } finally {
            inflater.end();
        }
    }

    /// The first bytes of the inflated body.
    ///
    /// @throws AwsError when the bytes are not gzip
    static byte[] prefix(byte[] body, int length) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body), 8192)) {
            return in.readNBytes(length);
        } catch (IOException e) {
            throw new AwsError(
                    "MalformedHttpRequestException", 400, "The request body is not valid gzip.");
        }
    }
}
