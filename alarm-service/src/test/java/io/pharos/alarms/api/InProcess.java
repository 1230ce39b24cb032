package io.pharos.alarms.api;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.CompositeLedger;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.query.MetricAnswers;
import io.pharos.alarms.tag.http.MetricsTags;
import io.pharos.kit.Database;
import io.pharos.stream.TagsAnswer;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;

import java.time.InstantSource;
import java.util.List;

/// The API classes as one client: every call as a caller of one tenant, at the clock's time.
public final class InProcess {
    public static final Tenant TENANT = new Tenant("123456789012", "us-east-1");

    private static final int MAX_COMPOSITES = 1000;

    private InProcess() {}

    /// Everything about alarms that one database keeps.
    public static CloudWatchClient client(
            AlarmLedger ledger, Database database, InstantSource clock) {
        var mutes = new MuteLedger(database);
        return client(
                clock,
                List.of(
                        alarms(ledger, mutes),
                        new AlarmReadApi(ledger),
                        new CompositeAlarmApi(
                                new CompositeLedger(database, MAX_COMPOSITES), ActionReach.NONE),
                        new MuteRuleApi(mutes, ledger)));
    }

    private static AlarmApi alarms(AlarmLedger ledger, MuteLedger mutes) {
        // Nothing but alarms is there.
        var others =
                new MetricsTags(
                        _ -> TagsAnswer.getDefaultInstance().toByteArray(),
                        _ -> TagsAnswer.getDefaultInstance().toByteArray());
        // Every expression makes sense.
        return new AlarmApi(
                ledger, mutes, others, new MetricAnswers(_ -> new NoMetrics()), ActionReach.NONE);
    }

    private static CloudWatchClient client(InstantSource clock, List<CloudWatchClient> apis) {
        return OneClient.of(CloudWatchClient.class, apis, () -> caller(clock));
    }

    /// A metrics-service that knows no datapoints.
    private static final class NoMetrics implements CloudWatchClient {
        @Override
        public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
            return GetMetricDataResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private static Caller caller(InstantSource clock) {
        return new Caller(
                TENANT,
                "AKIDEXAMPLE",
                "arn:aws:iam::123456789012:root",
                "request",
                clock.instant(),
                "127.0.0.1",
                "test");
    }
}
