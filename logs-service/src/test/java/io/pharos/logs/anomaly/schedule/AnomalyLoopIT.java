package io.pharos.logs.anomaly.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.anomaly.api.LogAnomalies;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.stream.Flush;
import io.pharos.logs.query.pg.PgQueryBlocks;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.Anomaly;
import software.amazon.awssdk.services.cloudwatchlogs.model.AnomalyDetectorStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.EvaluationFrequency;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.State;
import software.amazon.awssdk.services.cloudwatchlogs.model.SuppressionState;
import software.amazon.awssdk.services.cloudwatchlogs.model.SuppressionType;
import software.amazon.awssdk.services.cloudwatchlogs.model.SuppressionUnit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Detectors over real blocks, minute by minute on a stepping clock.
class AnomalyLoopIT {
    private static final String GROUP = "/app";
    private static final String ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/app";
    private static final long MINUTE = 60_000;

    private final SteppingClock clock = SteppingClock.at("2024-05-01T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final Flush flush = new Flush(database);
    private final List<AnomalyLoop.Found> counted = new ArrayList<>();
    private final CloudWatchLogsClient api = LogAnomalies.api(database, groups);
    private long offset;

    @BeforeEach
    void group() {
        groups.create(Calls.TENANT, GROUP, Map.of(), false, 1);
        var id = groups.require(Calls.TENANT, GROUP).id();
        database.run(tx -> streams.createMissing(tx, id, "s", 1));
    }

    private AnomalyLoop loop() {
        return new AnomalyLoop(database, groups, new PgQueryBlocks(database), counted::add, clock);
    }

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    /// Events of one minute.
    private void write(long minuteMs, String message, int times) {
        if (times == 0) {
            return;
        }
        var events = new PackedEvents.Builder();
        for (var i = 0; i < times; i++) {
            events.add(minuteMs + i, message.replace("#", Integer.toString(100 + i)));
        }
        var batch =
                LogBatchCodec.fill(
                        LogBatch.newBuilder()
                                .setAccount(Calls.TENANT.account())
                                .setRegion(Calls.TENANT.region())
                                .setLogGroup(GROUP)
                                .setLogStream("s")
                                .setReceivedMs(minuteMs + 500),
                        events.build());
        flush.flush(0, offset++, List.of(batch.build()));
    }

    /// One that has learnt from half an hour.
    private String trained() {
        var now = clock.millis();
        for (var minute = 30; minute > 0; minute--) {
            write(now - minute * MINUTE, "GET /items/# took # ms", 10);
            write(now - minute * MINUTE + 500, "cache is warm", 1);
        }
        var arn =
                call(() ->
                                api.createLogAnomalyDetector(it ->
                                        it.logGroupArnList(ARN)
                                                .detectorName("d")
                                                .tags(Map.of("team", "a"))
                                                .evaluationFrequency(EvaluationFrequency.ONE_MIN)))
                        .anomalyDetectorArn();
        assertThat(status(arn)).isEqualTo(AnomalyDetectorStatus.INITIALIZING);
        clock.advance(Duration.ofSeconds(25));
        assertThat(loop().runOne(clock.millis())).isTrue();
        assertThat(status(arn)).isEqualTo(AnomalyDetectorStatus.ANALYZING);
        assertThat(loop().runOne(clock.millis())).isFalse();
        return arn;
    }

    private AnomalyDetectorStatus status(String arn) {
        return call(() -> api.getLogAnomalyDetector(it -> it.anomalyDetectorArn(arn)))
                .anomalyDetectorStatus();
    }

    private List<Anomaly> anomalies(@Nullable SuppressionState state) {
        return call(() -> api.listAnomalies(it -> it.suppressionState(state))).anomalies();
    }

    /// A minute passes, with so many of the usual events.
    private void minute(int usual) {
        var start = Math.floorDiv(clock.millis(), MINUTE) * MINUTE;
        write(start, "GET /items/# took # ms", usual);
        clock.advance(Duration.ofMinutes(1));
        assertThat(loop().runOne(clock.millis())).isTrue();
        assertThat(loop().runOne(clock.millis())).isFalse();
    }

    @Test
    void findsWhatIsNewAndMoreAndGone() {
        var arn = trained();
        minute(10);
        assertThat(anomalies(null)).isEmpty();
        write(clock.millis(), "ERROR: disk # is full", 2);
        minute(11);
        var found = anomalies(null).getFirst();
        assertThat(found.patternString()).isEqualTo("ERROR: disk <*> is full");
        assertThat(found.patternRegex()).isEqualTo("\\QERROR: disk \\E.*\\Q is full\\E");
        assertThat(found.priority()).isEqualTo("HIGH");
        assertThat(found.state()).isEqualTo(State.ACTIVE);
        assertThat(found.active()).isTrue();
        assertThat(found.anomalyDetectorArn()).isEqualTo(arn);
        assertThat(found.logGroupArnList()).containsExactly(ARN);
        assertThat(found.anomalyId()).hasSize(36);
        assertThat(found.patternId()).hasSize(32);
        assertThat(found.histogram().values()).containsExactly(2L);
        assertThat(found.logSamples().getFirst().message()).isEqualTo("ERROR: disk 100 is full");
        var changing =
                found.patternTokens().stream()
                        .filter(token -> Boolean.TRUE.equals(token.isDynamic()))
                        .toList();
        assertThat(changing).hasSize(1);
        assertThat(changing.getFirst().inferredTokenName()).isEqualTo("Number-1");
        assertThat(changing.getFirst().enumerations()).isEqualTo(Map.of("100", 1L, "101", 1L));
        minute(10);
        assertThat(anomalies(null).getFirst().active()).isFalse();
        minute(200);
        var more = anomalies(null).getFirst();
        assertThat(more.patternString()).isEqualTo("GET <*> took <*> ms");
        assertThat(more.description()).startsWith("The pattern occurred 200 times, usually 10.");
        minute(10);
        minute(0);
        assertThat(anomalies(null).getFirst().description())
                .startsWith("The pattern did not occur");
        assertThat(counted).hasSize(3);
        assertThat(anomalies(null)).hasSize(3);
        var page = call(() -> api.listAnomalies(it -> it.limit(2)));
        assertThat(call(() -> api.listAnomalies(it -> it.nextToken(page.nextToken()))).anomalies())
                .hasSize(1);
    }

    @Test
    void suppressedOnesAndTheirPatternsAreKeptApart() {
        var arn = trained();
        write(clock.millis(), "WARN: queue # is long", 1);
        minute(10);
        var found = anomalies(SuppressionState.UNSUPPRESSED).getFirst();
        assertThat(found.priority()).isEqualTo("MEDIUM");
        call(() ->
                api.updateAnomaly(it ->
                        it.anomalyDetectorArn(arn)
                                .anomalyId(found.anomalyId())
                                .suppressionType(SuppressionType.LIMITED)
                                .suppressionPeriod(p ->
                                        p.value(10).suppressionUnit(SuppressionUnit.MINUTES))));
        assertThat(anomalies(SuppressionState.UNSUPPRESSED)).isEmpty();
        var suppressed = anomalies(SuppressionState.SUPPRESSED).getFirst();
        assertThat(suppressed.suppressed()).isTrue();
        assertThat(suppressed.state()).isEqualTo(State.SUPPRESSED);
        assertThat(suppressed.suppressedUntil()).isEqualTo(clock.millis() + 10 * MINUTE);
        clock.advance(Duration.ofMinutes(10));
        assertThat(anomalies(SuppressionState.UNSUPPRESSED)).hasSize(1);
        call(() ->
                api.updateAnomaly(it ->
                        it.anomalyDetectorArn(arn)
                                .patternId(found.patternId())
                                .suppressionType(SuppressionType.INFINITE)));
        assertThat(anomalies(SuppressionState.SUPPRESSED).getFirst().isPatternLevelSuppression())
                .isTrue();
        call(() ->
                api.updateAnomaly(it -> it.anomalyDetectorArn(arn).patternId(found.patternId())));
        assertThat(anomalies(SuppressionState.SUPPRESSED)).isEmpty();
        assertThatThrownBy(() -> call(() -> api.updateAnomaly(it -> it.anomalyDetectorArn(arn))))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() ->
                        call(() ->
                                api.updateAnomaly(it ->
                                        it.anomalyDetectorArn(arn).patternId("0".repeat(32)))))
                .isInstanceOf(ResourceNotFoundException.class);
        // After the time it is visible it is usual.
        clock.advance(Duration.ofDays(22));
        assertThat(loop().runOne(clock.millis())).isTrue();
        assertThat(anomalies(null).getLast().state()).isEqualTo(State.BASELINE);
    }

    @Test
    void detectorsAreListedPausedAndDeleted() {
        var arn = trained();
        var other =
                call(() ->
                                api.createLogAnomalyDetector(
                                        it -> it.logGroupArnList(ARN).filterPattern("ERROR")))
                        .anomalyDetectorArn();
        var page = call(() -> api.listLogAnomalyDetectors(it -> it.limit(1)));
        assertThat(page.anomalyDetectors().getFirst().anomalyDetectorArn()).isEqualTo(arn);
        var rest = call(() -> api.listLogAnomalyDetectors(it -> it.nextToken(page.nextToken())));
        assertThat(rest.anomalyDetectors().getFirst().anomalyVisibilityTime()).isEqualTo(21);
        assertThat(rest.anomalyDetectors().getFirst().filterPattern()).isEqualTo("ERROR");
        assertThat(
                        call(() -> api.listLogAnomalyDetectors(it -> it.filterLogGroupArn(ARN)))
                                .anomalyDetectors())
                .hasSize(2);
        call(() ->
                api.updateLogAnomalyDetector(
                        it -> it.anomalyDetectorArn(arn).enabled(false).anomalyVisibilityTime(7L)));
        assertThat(status(arn)).isEqualTo(AnomalyDetectorStatus.PAUSED);
        assertThat(loop().runOne(clock.millis())).isTrue(); // the other one learns
        clock.advance(Duration.ofMinutes(2));
        assertThat(loop().runOne(clock.millis())).isFalse();
        call(() -> api.updateLogAnomalyDetector(it -> it.anomalyDetectorArn(arn).enabled(true)));
        assertThat(status(arn)).isEqualTo(AnomalyDetectorStatus.TRAINING);
        for (var each : List.of(arn, other)) {
            call(() -> api.deleteLogAnomalyDetector(it -> it.anomalyDetectorArn(each)));
            assertThatThrownBy(() -> status(each)).isInstanceOf(ResourceNotFoundException.class);
        }
        assertThatThrownBy(() ->
                        call(() ->
                                api.createLogAnomalyDetector(it -> it.logGroupArnList(ARN + "x"))))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() ->
                        call(() ->
                                api.createLogAnomalyDetector(
                                        it -> it.logGroupArnList(ARN).anomalyVisibilityTime(6L))))
                .isInstanceOf(InvalidParameterException.class);
    }
}
