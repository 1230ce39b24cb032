package io.pharos.alarms.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.kit.Database;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.testkit.contract.AlarmContract;
import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;

import java.time.Duration;
import java.time.Instant;

/// The contract, in process on a real database.
class AlarmApiIT implements AlarmContract {
    private static final int MAX_ALARMS = 30;
    private static final SteppingClock CLOCK =
            new SteppingClock(Instant.parse("2026-09-14T05:00:00.125Z"));
    private static final Database DATABASE = new Database(TestDatabase.fresh("alarms"));

    private final CloudWatchClient client =
            InProcess.client(new AlarmLedger(DATABASE, MAX_ALARMS), DATABASE, CLOCK);

    @Override
    public CloudWatchClient client() {
        return client;
    }

    @Override
    public String prefix() {
        return "it-";
    }

    @Override
    public void pass() {
        CLOCK.advance(Duration.ofSeconds(1));
    }

    @Test
    void anUnknownAlarmsStateIsNotFound() {
        assertThatThrownBy(() ->
                        client.setAlarmState(
                                r -> r.alarmName("none").stateValue("OK").stateReason("x")))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error ->
                                org.assertj.core.api.Assertions.assertThat(error.code())
                                        .isEqualTo("ResourceNotFound"));
    }

    @Test
    void alarmsAreBounded() {
        var database = new Database(TestDatabase.fresh("alarms"));
        var bounded = InProcess.client(new AlarmLedger(database, 1), database, CLOCK);
        put(bounded, "one");
        put(bounded, "one");
        assertThatThrownBy(() -> put(bounded, "two")).isInstanceOf(LimitExceededException.class);
    }

    private static void put(CloudWatchClient client, String name) {
        client.putMetricAlarm(r ->
                r.alarmName(name)
                        .namespace("n")
                        .metricName("m")
                        .statistic("Sum")
                        .period(60)
                        .evaluationPeriods(1)
                        .threshold(1.0)
                        .comparisonOperator("GreaterThanThreshold"));
    }
}
