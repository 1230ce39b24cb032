package io.pharos.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Remote-write requests byte by byte, as their specification says.
final class WriteRequests {
    private static final int BYTES = 2;

    private WriteRequests() {}

    /// Version 2.0: one series without labels, the value 1 at each time.
    static byte[] v2(String name, long... timestamps) {
        var values = new double[timestamps.length];
        Arrays.fill(values, 1);
        return v2(name, Map.of(), timestamps, values);
    }

    /// Version 2.0: one series.
    static byte[] v2(String name, Map<String, String> labels, long[] timestamps, double[] values) {
        var request = new ByteArrayOutputStream();
        var symbols = new ArrayList<>(List.of("", "__name__", name));
        new TreeMap<>(labels).forEach((label, value) -> symbols.addAll(List.of(label, value)));
        for (var symbol : symbols) {
            field(request, 4, symbol.getBytes(StandardCharsets.UTF_8));
        }
        var references = new ByteArrayOutputStream();
        for (var symbol = 1; symbol < symbols.size(); symbol++) {
            varint(references, symbol);
        }
        var series = new ByteArrayOutputStream();
        field(series, 1, references.toByteArray());
        for (var i = 0; i < timestamps.length; i++) {
            var sample = new ByteArrayOutputStream();
            sample.write(1 << 3 | 1);
            sample.writeBytes(
                    ByteBuffer.allocate(Double.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putDouble(values[i])
                            .array());
            sample.write(2 << 3);
            varint(sample, timestamps[i]);
            field(series, 2, sample.toByteArray());
        }
        field(request, 5, series.toByteArray());
        return snappy(request.toByteArray());
    }

    private static void field(ByteArrayOutputStream to, int number, byte[] bytes) {
        to.write(number << 3 | BYTES);
        varint(to, bytes.length);
        to.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            to.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        to.write((int) rest);
    }

    /// Snappy without compression: the length, then literals of at most 60 bytes.
    private static byte[] snappy(byte[] bytes) {
        var to = new ByteArrayOutputStream();
        varint(to, bytes.length);
        for (var from = 0; from < bytes.length; from += 60) {
            var length = Math.min(60, bytes.length - from);
            to.write(length - 1 << 2);
            to.write(bytes, from, length);
        }
        return to.toByteArray();
    }
}
