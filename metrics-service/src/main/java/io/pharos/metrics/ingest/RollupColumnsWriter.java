package io.pharos.metrics.ingest;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.stream.MetricColumns;
import io.pharos.stream.RollupBatch;
import io.pharos.stream.RollupColumns;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Writes roll-ups column by column, each text once a batch.
final class RollupColumnsWriter {
    private static final int COLUMN_BYTES = 24;
    private static final int SET_BYTES = 28;
    private static final int BIN_BYTES = 10;

    private final Sources sources;
    private final Map<String, Integer> texts = new HashMap<>();
    // By record of the flush: its texts' indexes here plus 1.
    private int[][] known;
    private final int[] namespaces;
    private final int[] unitTexts = new int[Unit.values().length];
    private RollupColumns.Builder columns = RollupColumns.newBuilder();
    private long lastStartS;
    private int bytes;

    RollupColumnsWriter(Sources sources) {
        this.sources = sources;
        this.known = new int[sources.records()][];
        this.namespaces = new int[sources.records()];
    }

    /// About as many as the batch has so far.
    int bytes() {
        return bytes;
    }

    void add(Point point, Resolution resolution, long source) {
        columns.addSeriesHashes(addIdentity(source))
                .addPeriodStartsS(point.startS() - lastStartS)
                .addResolutionsS(resolution.seconds())
                .addUnits(unit(point.unit()));
        lastStartS = point.startS();
        bytes += COLUMN_BYTES;
        var aggregate = point.aggregate();
        columns.addValues(aggregate.minimum()).addAreSets(!isSample(aggregate));
        if (!isSample(aggregate)) {
            addSet(aggregate);
        }
    }

    /// One sample, whose value tells everything.
    private static boolean isSample(Aggregate aggregate) {
        return aggregate.sampleCount() == 1
                && aggregate.minimum() == aggregate.maximum()
                && aggregate.sum() == aggregate.minimum()
                && aggregate.isOneValue() == aggregate.minimum() >= 0;
    }

    private void addSet(Aggregate aggregate) {
        columns.addSampleCounts(aggregate.sampleCount())
                .addSums(aggregate.sum())
                .addMaxima(aggregate.maximum());
        bytes += SET_BYTES;
        var histogram = aggregate.histogram();
        if (histogram == null) {
            columns.addHistogramSizes(0).addZeroWeights(0);
            return;
        }
        columns.addHistogramSizes(histogram.binCount() + 1).addZeroWeights(histogram.zeroWeight());
        var last = 0;
        for (var i = 0; i < histogram.binCount(); i++) {
            columns.addBins(histogram.bin(i) - last).addWeights(histogram.weight(i));
            last = histogram.bin(i);
        }
        bytes += BIN_BYTES * histogram.binCount();
    }

    private int unit(Unit unit) {
        if (unit == Unit.NONE) {
            return 0;
        }
        if (unitTexts[unit.ordinal()] == 0) {
            unitTexts[unit.ordinal()] = text(unit.awsName()) + 1;
        }
        return unitTexts[unit.ordinal()];
    }

    /// Returns the series' hash.
    private long addIdentity(long source) {
        var record = sources.record(source);
        var number = Sources.recordOf(source);
        if (namespaces[number] == 0) {
            namespaces[number] = text(record.getNamespace()) + 1;
        }
        columns.addIdentities(namespaces[number] - 1);
        if (Sources.isSample(source)) {
            var sample = record.getSamples(Sources.placeOf(source));
            columns.addIdentities(text(sample.getMetricName()))
                    .addIdentities(sample.getDimensionsCount());
            for (var dimension : sample.getDimensionsList()) {
                columns.addIdentities(text(dimension.getName()))
                        .addIdentities(text(dimension.getValue()));
            }
            return sample.getSeriesHash();
        }
        var theirs = record.getColumns();
        if (known[number] == null) {
            known[number] = new int[theirs.getTextsCount()];
        }
        var mine = known[number];
        var at = sources.identityAt(source);
        columns.addIdentities(text(theirs, mine, at));
        var dimensions = theirs.getIdentities(at + 1);
        columns.addIdentities(dimensions);
        for (var i = at + 2; i < at + 2 + 2 * dimensions; i++) {
            columns.addIdentities(text(theirs, mine, i));
        }
        bytes += 2 + 2 * dimensions;
        return theirs.getSeriesHashes(Sources.placeOf(source));
    }

    private int text(MetricColumns theirs, int[] mine, int at) {
        var text = theirs.getIdentities(at);
        if (mine[text] == 0) {
            mine[text] = text(theirs.getTexts(text)) + 1;
        }
        return mine[text] - 1;
    }

    private int text(String text) {
        var index = texts.putIfAbsent(text, texts.size());
        if (index != null) {
            return index;
        }
        columns.addTexts(text);
        bytes += text.length() + 3;
        return texts.size() - 1;
    }

    /// The batch, after which this is empty again.
    RollupBatch finish(Sources.Tenancy tenancy) {
        var batch =
                RollupBatch.newBuilder()
                        .setAccount(tenancy.account())
                        .setRegion(tenancy.region())
                        .setColumns(columns)
                        .build();
        columns = RollupColumns.newBuilder();
        texts.clear();
        known = new int[known.length][];
        Arrays.fill(namespaces, 0);
        Arrays.fill(unitTexts, 0);
        lastStartS = 0;
        bytes = 0;
        return batch;
    }
}
