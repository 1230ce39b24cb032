package io.pharos.metrics.point;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;

/// What a series did in one period and unit. Samples of high and of standard resolution stay apart,
/// because only the latter answer for periods below a minute from their minute.
///
/// @param startS start of the period, seconds since the epoch
public record Point(
        long series, Unit unit, boolean highResolution, long startS, Aggregate aggregate)
        implements Comparable<Point> {
    private static final int HIGH_RESOLUTION = 0x40;
    private static final int UNIT = 0x3F;

    /// Unit and resolution in one byte, as blocks keep them.
    public byte kind() {
        return kind(unit, highResolution);
    }

    public static byte kind(Unit unit, boolean highResolution) {
        return (byte) (highResolution ? unit.code() | HIGH_RESOLUTION : unit.code());
    }

    public static boolean isHighResolution(byte kind) {
        return (kind & HIGH_RESOLUTION) != 0;
    }

    public static Unit unitOf(byte kind) {
        return Unit.ofCode(kind & UNIT);
    }

    /// By series, kind and time: the order within a run.
    @Override
    public int compareTo(Point other) {
        var bySeries = Long.compare(series, other.series);
        if (bySeries != 0) {
            return bySeries;
        }
        var byKind = Byte.compare(kind(), other.kind());
        return byKind != 0 ? byKind : Long.compare(startS, other.startS);
    }
}
