package io.pharos.metric;

import java.nio.charset.StandardCharsets;

/// The stable 64-bit name of a series: it chooses the partition and finds the series in caches. Never
/// change it: records and stored series carry it. It is fast, not collision-proof against someone who
/// tries; whoever keeps data by it must compare the identity too.
///
/// Algorithm: XXH64 with seed 0 over account, region, namespace, metric name, then name and value of
/// each dimension in ascending order of names (UTF-16 code units, as `String.compareTo`), each text
/// as its UTF-8 bytes preceded by their number in 4 bytes, little-endian.
public final class SeriesHash {
    private static final int LENGTH_BYTES = 4;

    private SeriesHash() {}

    public static long of(
            String account,
            String region,
            String namespace,
            String metricName,
            Dimensions dimensions) {
        var bytes = identity(account, region, namespace, metricName, dimensions);
        return Xxh64.hash(bytes, bytes.length);
    }

    /// The hash of [#identity]'s bytes, made by someone else.
    public static long ofIdentity(byte[] identity, int length) {
        return Xxh64.hash(identity, length);
    }

    /// The bytes that are hashed: equal for two series exactly when their identities are equal.
    public static byte[] identity(
            String account,
            String region,
            String namespace,
            String metricName,
            Dimensions dimensions) {
        var size = size(account) + size(region) + size(namespace) + size(metricName);
        for (var dimension : dimensions) {
            size += size(dimension.name()) + size(dimension.value());
        }
        var bytes = new byte[size];
        var at = put(bytes, 0, account);
        at = put(bytes, at, region);
        at = put(bytes, at, namespace);
        at = put(bytes, at, metricName);
        for (var dimension : dimensions) {
            at = put(bytes, at, dimension.name());
            at = put(bytes, at, dimension.value());
        }
        return bytes;
    }

    /// Which of a topic's partitions a series belongs to.
    public static int partition(long seriesHash, int partitions) {
        return (int) Long.remainderUnsigned(seriesHash, partitions);
    }

    private static int size(String text) {
        return LENGTH_BYTES
                + (isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length);
    }

    @SuppressWarnings("deprecation") // getBytes by characters: right for ASCII, and without a copy
    private static int put(byte[] target, int at, String text) {
        var start = at + LENGTH_BYTES;
        int bytes;
        if (isAscii(text)) {
            bytes = text.length();
            text.getBytes(0, bytes, target, start);
        } else {
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            bytes = utf8.length;
            System.arraycopy(utf8, 0, target, start, bytes);
        }
        target[at] = (byte) bytes;
        target[at + 1] = (byte) (bytes >>> 8);
        target[at + 2] = (byte) (bytes >>> 16);
        target[at + 3] = (byte) (bytes >>> 24);
        return start + bytes;
    }

    private static boolean isAscii(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
