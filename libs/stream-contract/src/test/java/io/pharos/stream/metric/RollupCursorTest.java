package io.pharos.stream.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.stream.Rollup;
import io.pharos.stream.RollupBatch;
import io.pharos.stream.RollupColumns;
import io.pharos.stream.StatisticSet;

import org.junit.jupiter.api.Test;

class RollupCursorTest {
    private static final RollupBatch BATCH =
            RollupBatch.newBuilder()
                    .addRollups(
                            Rollup.newBuilder()
                                    .setSeriesHash(5)
                                    .setNamespace("row")
                                    .setMetricName("m")
                                    .setPeriodStartS(30)
                                    .setResolutionS(1)
                                    .setUnit("Bytes")
                                    .setStatisticSet(
                                            StatisticSet.newBuilder()
                                                    .setSampleCount(2)
                                                    .setSum(5)
                                                    .setMinimum(1)
                                                    .setMaximum(4)))
                    .setColumns(
                            RollupColumns.newBuilder()
                                    .addTexts("n")
                                    .addTexts("Load")
                                    .addTexts("Host")
                                    .addTexts("a")
                                    .addTexts("Count")
                                    // One sample, three of them, one below zero.
                                    .addSeriesHashes(7)
                                    .addIdentities(0)
                                    .addIdentities(1)
                                    .addIdentities(1)
                                    .addIdentities(2)
                                    .addIdentities(3)
                                    .addPeriodStartsS(120)
                                    .addResolutionsS(60)
                                    .addUnits(0)
                                    .addValues(8)
                                    .addAreSets(false)
                                    .addSeriesHashes(8)
                                    .addIdentities(0)
                                    .addIdentities(1)
                                    .addIdentities(0)
                                    .addPeriodStartsS(-60)
                                    .addResolutionsS(1)
                                    .addUnits(5)
                                    .addValues(2)
                                    .addAreSets(true)
                                    .addSampleCounts(3)
                                    .addSums(9)
                                    .addMaxima(4)
                                    .addHistogramSizes(2)
                                    .addZeroWeights(0)
                                    .addBins(10)
                                    .addWeights(3)
                                    .addSeriesHashes(9)
                                    .addIdentities(0)
                                    .addIdentities(3)
                                    .addIdentities(0)
                                    .addPeriodStartsS(0)
                                    .addResolutionsS(60)
                                    .addUnits(0)
                                    .addValues(-1)
                                    .addAreSets(false))
                    .build();

    @Test
    void tellsWhatTheRollupsWouldTell() {
        var seen = 0;
        for (var cursor = RollupCursor.of(BATCH); cursor.next(); seen++) {
            var made = cursor.rollup();
            assertThat(cursor.seriesHash()).isEqualTo(made.getSeriesHash());
            assertThat(cursor.namespace()).isEqualTo(made.getNamespace());
            assertThat(cursor.metricName()).isEqualTo(made.getMetricName());
            assertThat(cursor.dimensions()).isEqualTo(made.getDimensionsCount());
            for (var i = 0; i < cursor.dimensions(); i++) {
                assertThat(cursor.dimensionName(i)).isEqualTo(made.getDimensions(i).getName());
                assertThat(cursor.dimensionValue(i)).isEqualTo(made.getDimensions(i).getValue());
            }
            assertThat(cursor.periodStartS()).isEqualTo(made.getPeriodStartS());
            assertThat(cursor.resolutionS()).isEqualTo(made.getResolutionS());
            assertThat(cursor.unit()).isEqualTo(made.getUnit());
            var set = made.getStatisticSet();
            assertThat(cursor.sampleCount()).isEqualTo(set.getSampleCount());
            assertThat(cursor.sum()).isEqualTo(set.getSum());
            assertThat(cursor.minimum()).isEqualTo(set.getMinimum());
            assertThat(cursor.maximum()).isEqualTo(set.getMaximum());
        }
        assertThat(seen).isEqualTo(4);
    }

    @Test
    void readsColumnsAsTheyWereWritten() {
        var all = RollupCursor.all(BATCH);
        assertThat(all.get(1).getPeriodStartS()).isEqualTo(120);
        assertThat(all.get(1).getDimensions(0).getValue()).isEqualTo("a");
        assertThat(all.get(2).getPeriodStartS()).isEqualTo(60);
        assertThat(all.get(2).getUnit()).isEqualTo("Count");
        assertThat(all.get(2).getStatisticSet().getSampleCount()).isEqualTo(3);
        assertThat(all.get(2).getHistogram().getBinsList()).containsExactly(10);
        assertThat(all.get(3).hasHistogram()).isFalse();
    }

    @Test
    void standsAtOneRollup() {
        var cursor = RollupCursor.at(BATCH.getRollups(0));
        assertThat(cursor.namespace()).isEqualTo("row");
        assertThat(cursor.sum()).isEqualTo(5);
        assertThat(cursor.next()).isFalse();
    }
}
