package io.pharos.alarms.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.stream.PartitionPosition;
import io.pharos.stream.Rollup;
import io.pharos.stream.WindowResponse;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Windows are right whatever the order of fill and roll-ups, and alarms are judged when they are due.
class AlarmBookTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final AlarmKey KEY = new AlarmKey(TENANT, "a");
    private static final Instant NOON = Instant.parse("2026-09-14T12:00:00Z");
    private static final Instant NOW = NOON.plusSeconds(15);
    private static final long NEWEST_S = NOON.getEpochSecond() - 60;

    private final AlarmBook book = new AlarmBook(Duration.ofSeconds(10), Duration.ofMillis(500));

    @Test
    void nothingIsJudgedBeforeItsWindowIsFilled() {
        book.put(alarm(1), NOW);
        accept(5, NEWEST_S, 100);
        assertThat(book.due(NOW)).isEmpty();
    }

    @Test
    void whatTheFillKnowsIsNotCountedAgain() {
        book.put(alarm(1), NOW);
        var fill = book.fills(NOW).getFirst();
        accept(5, NEWEST_S, 30);
        accept(6, NEWEST_S, 30);
        // Sum of 30 from the fill, which is true before offset 6, and 30 from offset 6.
        book.filled(fill, answer(6, rollup(NEWEST_S, 30)), NOW);
        assertThat(book.due(NOW)).singleElement().satisfies(this::isOk);

        assertThat(judgedAfterWrite(StateValue.OK, 2)).isEmpty();

        accept(7, NEWEST_S, 50);
        assertThat(book.due(NOW))
                .singleElement()
                .satisfies(judgement -> {
                    assertThat(judgement.verdict().state()).isEqualTo(StateValue.ALARM);
                    assertThat(judgement.verdict().reason()).contains("[110.0 (");
                });
    }

    @Test
    void aFillThatDoesNotReachWhatWasReadIsAskedAgain() {
        accept(4, NEWEST_S, 30);
        book.put(alarm(1), NOW);
        var fill = book.fills(NOW).getFirst();
        accept(5, NEWEST_S, 31);
        // metrics-service has not stored offset 4 yet, which nobody followed when it came.
        book.filled(fill, answer(4), NOW);
        assertThat(book.due(NOW)).isEmpty();
        assertThat(book.fills(NOW)).isEmpty();
        var later = NOW.plusMillis(300);
        book.filled(book.fills(later).getFirst(), answer(5, rollup(NEWEST_S, 30)), later);
        assertThat(book.due(later))
                .singleElement()
                .satisfies(
                        judgement -> assertThat(judgement.verdict().reason()).contains("[61.0 ("));
        assertThat(book.fills(later.plusSeconds(60))).isEmpty();
    }

    @Test
    void aPartitionThatAnswersNeverTellOfIsNotWaitedForLong() {
        book.follow(Map.of(1, 7L), NOW);
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        assertThat(book.due(NOW)).isEmpty();
        var later = NOW.plusSeconds(30);
        book.filled(book.fills(later).getFirst(), answer(0, rollup(NEWEST_S, 1)), later);
        assertThat(book.due(later)).hasSize(1);
    }

    @Test
    void whatIsKnownGoesOnUntilAFillReplacesIt() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.OK), NOW);
        accept(0, NEWEST_S + 60, 1);
        book.follow(Map.of(0, 1L), NOW);
        var fill = book.fills(NOW).getFirst();
        accept(1, NEWEST_S, 500);
        assertThat(book.due(NOW))
                .singleElement()
                .satisfies(judgement ->
                        assertThat(judgement.verdict().state()).isEqualTo(StateValue.ALARM));
        book.written(kept(3, StateValue.ALARM), NOW);
        book.filled(fill, answer(1, rollup(NEWEST_S, 1), rollup(NEWEST_S + 60, 1)), NOW);
        assertThat(book.due(NOW)).isEmpty();
    }

    @Test
    void aRecordThatComesAgainCountsOnce() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.OK), NOW);
        accept(3, NEWEST_S, 60);
        accept(3, NEWEST_S, 60);
        accept(2, NEWEST_S, 60);
        assertThat(book.due(NOW)).isEmpty();
    }

    @Test
    void aFailedFillIsAskedAgain() {
        book.put(alarm(1), NOW);
        book.fillFailed(book.fills(NOW).getFirst(), NOW);
        assertThat(book.fills(NOW)).isEmpty();
        assertThat(book.fills(NOW.plusSeconds(1))).hasSize(1);
    }

    @Test
    void theMinuteThatRunsIsNotLookedAt() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        assertThat(judgedAfterWrite(StateValue.OK, 2)).isEmpty();
        accept(1, NEWEST_S + 60, 500);
        assertThat(book.due(NOW)).isEmpty();
        assertThat(book.due(NOON.plusMillis(60_499))).isEmpty();
        assertThat(book.due(NOON.plusMillis(60_500))).hasSize(1);
    }

    @Test
    void aMinuteWithoutDatapointsIsWaitedFor() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.OK), NOW);
        assertThat(book.due(NOON.plusSeconds(69))).isEmpty();
        // It comes while it is waited for.
        accept(1, NEWEST_S + 60, 500);
        assertThat(book.due(NOON.plusSeconds(69)))
                .singleElement()
                .satisfies(judgement ->
                        assertThat(judgement.verdict().state()).isEqualTo(StateValue.ALARM));
    }

    @Test
    void aMinuteWithoutDatapointsIsMissingAfterTenSeconds() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.OK), NOW);
        for (var second = 16; second < 190; second++) {
            assertThat(book.due(NOON.plusSeconds(second))).isEmpty();
        }
        assertThat(book.due(NOON.plusSeconds(190)))
                .singleElement()
                .satisfies(judgement ->
                        assertThat(judgement.verdict().state())
                                .isEqualTo(StateValue.INSUFFICIENT_DATA));
    }

    @Test
    void aClockThatGoesBackALittleMovesNothing() {
        book.put(alarm(1), NOW);
        book.filled(
                book.fills(NOW).getFirst(),
                answer(0, rollup(NEWEST_S - 60, 1), rollup(NEWEST_S, 500)),
                NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.ALARM), NOW);
        assertThat(book.due(NOON.minusSeconds(5))).isEmpty();
        assertThat(book.due(NOW)).isEmpty();
    }

    @Test
    void whatCouldNotBeWrittenIsJudgedAgain() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.writeFailed(book.due(NOW).getFirst(), NOW);
        assertThat(book.due(NOW)).isEmpty();
        assertThat(book.due(NOW.plusSeconds(1))).hasSize(1);
    }

    @Test
    void aStateThatAClientSetBeforeTheAlarmWasSeenStaysForAnIntervalToo() {
        var set = kept(2, StateValue.ALARM);
        var metric = set.metric().toBuilder().stateUpdatedTimestamp(NOW).build();
        book.put(new KeptAlarm(KEY, 2, Alarm.of(metric)), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        assertThat(book.due(NOW.plusSeconds(9))).isEmpty();
        assertThat(book.due(NOW.plusSeconds(10))).hasSize(1);
    }

    @Test
    void aStateThatAClientSetStaysForAnInterval() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.OK), NOW);
        book.put(kept(3, StateValue.ALARM), NOW);
        assertThat(book.due(NOW.plusSeconds(9))).isEmpty();
        assertThat(book.due(NOW.plusSeconds(20))).hasSize(1);
    }

    @Test
    void otherSeriesAndOlderVersionsAreLeftOut() {
        book.put(kept(5, StateValue.OK), NOW);
        book.put(kept(4, StateValue.ALARM), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0), NOW);
        accept(1, Data.record(TENANT, "other", NEWEST_S, false, 999));
        assertThat(book.due(NOW))
                .singleElement()
                .satisfies(judgement -> {
                    assertThat(judgement.alarm().version()).isEqualTo(5);
                    assertThat(judgement.verdict().state()).isEqualTo(StateValue.INSUFFICIENT_DATA);
                });
        book.remove(KEY);
        assertThat(book.size()).isZero();
        assertThat(book.due(NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void anAlarmThatLooksFurtherBackWaitsUntilThatIsKnown() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.OK), NOW);
        book.put(other(r -> r.evaluationPeriods(3).treatMissingData("breaching")), NOW);
        assertThat(book.due(NOW)).isEmpty();
        book.filled(
                book.fills(NOW).getFirst(),
                answer(0, rollup(NEWEST_S - 60, 1), rollup(NEWEST_S, 1)),
                NOW);
        assertThat(book.due(NOW))
                .singleElement()
                .satisfies(judgement ->
                        assertThat(judgement.verdict().state()).isEqualTo(StateValue.OK));
    }

    @Test
    void anAlarmOnAPercentileWaitsForTheDistribution() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.due(NOW);
        book.written(kept(2, StateValue.OK), NOW);
        book.put(other(r -> r.statistic((String) null).extendedStatistic("p90")), NOW);
        assertThat(book.due(NOW)).isEmpty();
        book.filled(
                book.fills(NOW).getFirst(),
                answer(1, rollup(NEWEST_S, 1), rollup(NEWEST_S, 1)),
                NOW);
        accept(1, NEWEST_S, 1);
        assertThat(book.due(NOW))
                .singleElement()
                .satisfies(judgement -> {
                    assertThat(judgement.verdict().state()).isEqualTo(StateValue.OK);
                    assertThat(judgement.verdict().reasonData())
                            .contains("\"recentDatapoints\":[1.0]")
                            .contains("\"sampleCount\":3.0");
                });
        // What looks at the same series by other statistics sees it, too.
        accept(2, NEWEST_S, 200);
        assertThat(book.due(NOW))
                .anySatisfy(judgement -> {
                    assertThat(judgement.alarm().key()).isEqualTo(KEY);
                    assertThat(judgement.verdict().reason()).contains("[203.0 (");
                });
    }

    @Test
    void aClockThatGoesFarBackFindsItsWindowsAgain() {
        book.put(alarm(1), NOW);
        book.filled(book.fills(NOW).getFirst(), answer(0, rollup(NEWEST_S, 1)), NOW);
        book.trim(NOW.plusSeconds(7_200));
        assertThat(book.fills(NOW.plusSeconds(7_200))).isEmpty();
        book.trim(NOW);
        assertThat(book.fills(NOW)).hasSize(1);
    }

    private static KeptAlarm other(Consumer<PutMetricAlarmRequest.Builder> change) {
        var key = new AlarmKey(TENANT, "b");
        var alarm = MetricAlarms.create(key, request().applyMutation(change).build(), NOON);
        return new KeptAlarm(key, 1, Alarm.of(alarm));
    }

    private void isOk(AlarmBook.Judgement judgement) {
        assertThat(judgement.verdict().state()).isEqualTo(StateValue.OK);
        assertThat(judgement.verdict().reason()).contains("[60.0 (");
    }

    /// What is due once the former judgement is written.
    private List<AlarmBook.Judgement> judgedAfterWrite(StateValue state, long version) {
        book.written(kept(version, state), NOW);
        return book.due(NOW);
    }

    private static KeptAlarm alarm(long version) {
        return kept(version, StateValue.INSUFFICIENT_DATA);
    }

    private static KeptAlarm kept(long version, StateValue state) {
        var request = request().build();
        var alarm = MetricAlarms.create(KEY, request, NOON).toBuilder().stateValue(state).build();
        return new KeptAlarm(KEY, version, Alarm.of(alarm));
    }

    private static PutMetricAlarmRequest.Builder request() {
        return PutMetricAlarmRequest.builder()
                .alarmName("a")
                .namespace("n")
                .metricName("m")
                .statistic("Sum")
                .period(60)
                .evaluationPeriods(1)
                .threshold(100.0)
                .comparisonOperator("GreaterThanThreshold");
    }

    private void accept(long offset, long atS, double value) {
        accept(offset, Data.record(TENANT, "m", atS, false, value));
    }

    private void accept(long offset, byte[] record) {
        try {
            book.accept(0, offset, null, record);
        } catch (InvalidProtocolBufferException broken) {
            throw new AssertionError(broken);
        }
    }

    private static Rollup rollup(long startS, double value) {
        return Data.rollup(TENANT, "m", startS, 60, value);
    }

    private static WindowResponse answer(long nextOffset, Rollup... rollups) {
        return WindowResponse.newBuilder()
                .addAllRollups(List.of(rollups))
                .addPositions(
                        PartitionPosition.newBuilder().setPartition(0).setNextOffset(nextOffset))
                .build();
    }
}
