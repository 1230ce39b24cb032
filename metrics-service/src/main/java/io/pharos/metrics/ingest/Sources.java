package io.pharos.metrics.ingest;

import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.series.Series;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricColumns;

import java.util.ArrayList;
import java.util.List;

/// The records of a flush, by which the identity of a series is found again when it must be told. A
/// *source* names a record and either a place among the identities of its columns or one of its samples.
public final class Sources {
    private static final long SAMPLE = 1L << 31;

    private final List<MetricBatch> records = new ArrayList<>();
    private final List<Tenancy> tenancies = new ArrayList<>();
    private final List<int[]> identities = new ArrayList<>();

    /// Whose series they are.
    public record Tenancy(String account, String region) {}

    /// Takes the next record; the sources asked for from here on are its.
    ///
    /// @throws IllegalArgumentException when its columns do not fit each other
    public void add(MetricBatch record) {
        identities.add(identities(record.getColumns()));
        records.add(record);
        var tenancy = new Tenancy(record.getAccount(), record.getRegion());
        var last = tenancies.isEmpty() ? tenancy : tenancies.getLast();
        tenancies.add(last.equals(tenancy) ? last : tenancy);
    }

    /// Where the identity of each datum begins.
    private static int[] identities(MetricColumns columns) {
        var starts = new int[columns.getSeriesHashesCount()];
        var at = 0;
        var size = columns.getIdentitiesCount();
        for (var datum = 0; datum < starts.length; datum++) {
            starts[datum] = at;
            var dimensions = at + 1 < size ? columns.getIdentities(at + 1) : -1;
            if (dimensions < 0 || dimensions > (size - at - 2) / 2) {
                throw new IllegalArgumentException("identities end early");
            }
            for (var i = 0; i < 2 * dimensions + 2; i++) {
                var text = i == 1 ? 0 : columns.getIdentities(at + i);
                if (text < 0 || text >= columns.getTextsCount()) {
                    throw new IllegalArgumentException("no such text");
                }
            }
            at += 2 + 2 * dimensions;
        }
        if (columns.getTimestampsMsCount() != starts.length
                || columns.getUnitsCount() != starts.length
                || columns.getHighResolutionsCount() != starts.length
                || columns.getValuesCount() != starts.length) {
            throw new IllegalArgumentException("uneven columns");
        }
        return starts;
    }

    /// @param datum its place in the columns
    public long column(int datum) {
        return (long) (records.size() - 1) << 32 | datum;
    }

    /// Where the identity of a datum of the columns begins.
    public int identityAt(long source) {
        return identities.get(recordOf(source))[placeOf(source)];
    }

    public long sample(int index) {
        return (long) (records.size() - 1) << 32 | SAMPLE | index;
    }

    int records() {
        return records.size();
    }

    static int recordOf(long source) {
        return (int) (source >>> 32);
    }

    public static boolean isSample(long source) {
        return (source & SAMPLE) != 0;
    }

    public static int placeOf(long source) {
        return (int) (source & (SAMPLE - 1));
    }

    public MetricBatch record(long source) {
        return records.get(recordOf(source));
    }

    Tenancy tenancy(long source) {
        return tenancies.get(recordOf(source));
    }

    /// The series of a source.
    ///
    /// @throws IllegalArgumentException for a dimension named twice
    public Series series(long source) {
        var record = record(source);
        var dimensions = new ArrayList<Dimension>();
        String name;
        if (isSample(source)) {
            var sample = record.getSamples(placeOf(source));
            name = sample.getMetricName();
            for (var dimension : sample.getDimensionsList()) {
                dimensions.add(new Dimension(dimension.getName(), dimension.getValue()));
            }
        } else {
            var columns = record.getColumns();
            var at = identityAt(source);
            name = text(columns, at);
            for (var i = 0; i < columns.getIdentities(at + 1); i++) {
                dimensions.add(
                        new Dimension(
                                text(columns, at + 2 + 2 * i), text(columns, at + 3 + 2 * i)));
            }
        }
        return new Series(
                record.getAccount(),
                record.getRegion(),
                record.getNamespace(),
                name,
                Dimensions.of(dimensions));
    }

    private static String text(MetricColumns columns, int at) {
        return columns.getTexts(columns.getIdentities(at));
    }
}
