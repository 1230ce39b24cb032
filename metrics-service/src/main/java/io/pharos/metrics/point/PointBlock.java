package io.pharos.metrics.point;

/// A piece of a run: points of one resolution and bucket, sorted by series, packed and compressed.
///
/// Bytes of the body: version 3, length before compression (4 bytes, little-endian), a zstd frame of
/// * the number of chunks, and of each, column by column: its series, less the one before; its kind (a byte:
///   unit and resolution of the samples); its number of points; flags ([ChunkForm]); its first period, less that
///   of the chunk before; the step between its periods, where they are even and several; its length in bytes;
/// * the chunks, see [ChunkForm]. Periods are counted in the bucket.
///
/// Where every series has one point, as in a flush of many series, most columns are all alike, and take next to
/// no room.
///
/// Whole numbers are LEB128, signed ones in zigzag. A reader unpacks a block, then only the chunks of
/// the series it wants.
///
/// @param firstPeriod the least and the greatest period inside
public record PointBlock(
        long seriesMin, long seriesMax, int firstPeriod, int lastPeriod, int points, byte[] body) {
    /// A block is closed when it has so many points, or chunks.
    public static final int FULL_POINTS = 16_384;

    /// A reader that wants few series of very many unpacks as many as this for each.
    static final int FULL_CHUNKS = 2_048;

    /// One chunk at most: all periods of a bucket, with room for longer buckets.
    static final int MAX_POINTS = 1 << 16;

    static final byte VERSION = 3;
    static final int HEADER_BYTES = 5;
    // A point takes at most about 14 KB: 7 columns and a histogram of every possible bin.
    static final int MAX_BYTES = 256 << 20;
}
