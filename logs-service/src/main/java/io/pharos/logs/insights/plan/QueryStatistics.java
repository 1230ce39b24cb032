package io.pharos.logs.insights.plan;

/// What a query did so far.
///
/// @param bytesScanned of messages
/// @param recordsSkipped of blocks that can not have a match and were not opened
public record QueryStatistics(
        long recordsMatched,
        long recordsScanned,
        long bytesScanned,
        long recordsSkipped,
        long bytesSkipped) {
    public static final QueryStatistics NONE = new QueryStatistics(0, 0, 0, 0, 0);

    QueryStatistics plus(QueryStatistics other) {
        return new QueryStatistics(
                recordsMatched + other.recordsMatched,
                recordsScanned + other.recordsScanned,
                bytesScanned + other.bytesScanned,
                recordsSkipped + other.recordsSkipped,
                bytesSkipped + other.bytesSkipped);
    }
}
