package io.pharos.metrics.point;

/// A piece of a run: points of one resolution and bucket, sorted by series, packed and compressed.
///
/// Bytes of the body: version 2, length before compression (4 bytes, little-endian), a zstd frame of
/// * the number of chunks; their series, each less the one before; their kinds (a byte each: unit and
///   resolution of the samples); their lengths in bytes;
/// * the chunks, see [ChunkForm]. Periods are counted in the bucket.
///
/// Whole numbers are LEB128, signed ones in zigzag. A reader unpacks a block, then only the chunks of
/// the series it wants.
///
/// @param firstPeriod the least and the greatest period inside
public record PointBlock(
        long seriesMin, long seriesMax, int firstPeriod, int lastPeriod, int points, byte[] body) {
    /// A block is closed when it has so many points, or chunks.
    public static final int FULL_POINTS = 16_384;

    static final int FULL_CHUNKS = 8_192;

    /// One chunk at most: all periods of a bucket, with room for longer buckets.
    static final int MAX_POINTS = 1 << 16;

    static final byte VERSION = 2;
    static final int HEADER_BYTES = 5;
    // A point takes at most about 14 KB: 7 columns and a histogram of every possible bin.
    static final int MAX_BYTES = 256 << 20;
}
