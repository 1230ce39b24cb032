package io.pharos.stream.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;
import io.pharos.stream.Dimension;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricColumns;
import io.pharos.stream.MetricSample;
import io.pharos.stream.StatisticSet;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The cursor tells what protobuf's own reader does, and refuses what does not fit.
class MetricCursorTest {
    private static final int BATCHES = 2_000;

    private record Told(
            long hash,
            String name,
            List<String> dimensions,
            long timestampMs,
            boolean isHighResolution,
            Unit unit,
            double sampleCount,
            double sum) {}

    @Test
    void tellsWhatWasWritten() throws InvalidProtocolBufferException {
        var random = new Random(20_261_121);
        for (var i = 0; i < BATCHES; i++) {
            var expected = new ArrayList<Told>();
            var batch = batch(random, expected);
            var cursor = MetricCursor.of(batch.toByteArray());
            assertThat(List.of(cursor.account(), cursor.region(), cursor.namespace()))
                    .containsExactly("000000000000", "eu-west-1", "Näme");
            assertThat(cursor.receivedMs()).isEqualTo(1_795_000_000_123L);
            assertThat(all(cursor)).isEqualTo(expected);
        }
    }

    private static List<Told> all(MetricCursor datum) {
        var all = new ArrayList<Told>();
        var lastDimensions = List.<String>of();
        while (datum.next()) {
            var dimensions = new ArrayList<String>();
            for (var i = 0; i < datum.dimensions(); i++) {
                dimensions.add(datum.dimensionName(i));
                dimensions.add(datum.dimensionValue(i));
                if (datum.metricNameText() >= 0) {
                    assertThat(datum.text(datum.dimensionText(2 * i)))
                            .isEqualTo(datum.dimensionName(i));
                }
            }
            if (datum.repeatsDimensions()) {
                assertThat(dimensions).isEqualTo(lastDimensions);
            }
            lastDimensions = dimensions;
            var aggregate = new Aggregate();
            datum.addTo(aggregate);
            all.add(
                    new Told(
                            datum.seriesHash(),
                            datum.metricName(),
                            dimensions,
                            datum.timestampMs(),
                            datum.isHighResolution(),
                            datum.unit(),
                            aggregate.sampleCount(),
                            aggregate.sum()));
        }
        return all;
    }

    private static MetricBatch batch(Random random, List<Told> expected) {
        var batch =
                MetricBatch.newBuilder()
                        .setAccount("000000000000")
                        .setRegion("eu-west-1")
                        .setNamespace("Näme")
                        .setReceivedMs(1_795_000_000_123L);
        for (var i = random.nextInt(3); i > 0; i--) {
            batch.addSamples(sample(random, expected));
        }
        var datums = random.nextInt(20);
        if (datums > 0) {
            batch.setColumns(columns(random, datums, expected));
        }
        return batch.build();
    }

    private static MetricSample sample(Random random, List<Told> expected) {
        var hash = random.nextLong();
        var sample =
                MetricSample.newBuilder()
                        .setSeriesHash(hash)
                        .setMetricName("m")
                        .addDimensions(Dimension.newBuilder().setName("a").setValue("1"))
                        .setTimestampMs(5)
                        .setHighResolution(true)
                        .setUnit("Seconds");
        var count = 2.0;
        if (random.nextBoolean()) {
            sample.setStatisticSet(
                    StatisticSet.newBuilder()
                            .setSampleCount(2)
                            .setSum(5)
                            .setMinimum(1)
                            .setMaximum(4));
        } else {
            sample.addValues(1).addValues(2).addCounts(1).addCounts(2);
            count = 3;
        }
        expected.add(new Told(hash, "m", List.of("a", "1"), 5, true, Unit.SECONDS, count, 5));
        return sample.build();
    }

    private static MetricColumns columns(Random random, int datums, List<Told> expected) {
        var texts = new ArrayList<String>();
        for (var i = 0; i < 200; i++) {
            texts.add("text-é-" + i);
        }
        texts.set(150, "Count");
        var columns = MetricColumns.newBuilder().addAllTexts(texts);
        var lastMs = 0L;
        var dimensions = List.<Integer>of();
        for (var i = 0; i < datums; i++) {
            var name = random.nextInt(200);
            if (random.nextInt(3) == 0) {
                var drawn = new ArrayList<Integer>();
                for (var j = 2 * random.nextInt(4); j > 0; j--) {
                    drawn.add(random.nextInt(200));
                }
                dimensions = drawn;
            }
            var hash = random.nextLong();
            var ms = random.nextLong(1L << 41);
            var isHigh = random.nextBoolean();
            var hasUnit = random.nextBoolean();
            var value = random.nextGaussian();
            columns.addSeriesHashes(hash)
                    .addIdentities(name)
                    .addIdentities(dimensions.size() / 2)
                    .addAllIdentities(dimensions)
                    .addTimestampsMs(ms - lastMs)
                    .addUnits(hasUnit ? 151 : 0)
                    .addHighResolutions(isHigh)
                    .addValues(value);
            lastMs = ms;
            expected.add(
                    new Told(
                            hash,
                            texts.get(name),
                            dimensions.stream().map(texts::get).toList(),
                            ms,
                            isHigh,
                            hasUnit ? Unit.COUNT : Unit.NONE,
                            1,
                            value));
        }
        return columns.build();
    }

    @Test
    void refusesColumnsThatDoNotFit() {
        var good = MetricBatch.newBuilder();
        good.getColumnsBuilder()
                .addTexts("m")
                .addSeriesHashes(1)
                .addIdentities(0)
                .addIdentities(0)
                .addTimestampsMs(1)
                .addUnits(0)
                .addHighResolutions(false)
                .addValues(1);
        var broken =
                List.of(
                        good.getColumns().toBuilder().addValues(1),
                        good.getColumns().toBuilder().addSeriesHashes(1),
                        good.getColumns().toBuilder().addIdentities(1),
                        good.getColumns().toBuilder().addTimestampsMs(1),
                        good.getColumns().toBuilder().addUnits(1),
                        good.getColumns().toBuilder().addHighResolutions(true),
                        good.getColumns().toBuilder().setIdentities(0, 1),
                        good.getColumns().toBuilder().setIdentities(1, 1),
                        good.getColumns().toBuilder().setIdentities(1, -1),
                        good.getColumns().toBuilder().setUnits(0, 1),
                        good.getColumns().toBuilder().setUnits(0, 2),
                        good.getColumns().toBuilder().setValues(0, Double.NaN));
        for (var columns : broken) {
            var record = MetricBatch.newBuilder().setColumns(columns).build().toByteArray();
            assertThatThrownBy(() -> all(MetricCursor.of(record)))
                    .as(columns.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void survivesAnyBytes() {
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 20 * BATCHES; i++) {
            var record = batch(random, new ArrayList<>()).toByteArray();
            for (var change = 1 + random.nextInt(3); change > 0 && record.length > 0; change--) {
                record[random.nextInt(record.length)] = (byte) random.nextInt(256);
            }
            try {
                all(MetricCursor.of(record));
            } catch (InvalidProtocolBufferException | IllegalArgumentException broken) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(BATCHES);
    }
}
