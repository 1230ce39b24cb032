package io.pharos.alarms.api;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.composite.CompositeAlarms;
import io.pharos.alarms.ledger.pg.CompositeLedger;
import io.pharos.kit.ResourceTags;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmResponse;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.time.temporal.ChronoUnit;

/// Alarms on alarms. Everything but their put is the same as for other alarms.
@Singleton
final class CompositeAlarmApi implements CloudWatchClient {
    private final CompositeLedger ledger;
    private final ActionReach reach;

    CompositeAlarmApi(CompositeLedger ledger, ActionReach reach) {
        this.ledger = ledger;
        this.reach = reach;
    }

    @Override
    public PutCompositeAlarmResponse putCompositeAlarm(PutCompositeAlarmRequest request) {
        var caller = Caller.current();
        var relations = CompositeAlarms.check(request, caller.tenant(), reach);
        ResourceTags.checkKeys(request.tags().stream().map(Tag::key).toList());
        ledger.put(
                new AlarmKey(caller.tenant(), request.alarmName()),
                request,
                relations,
                caller.receivedAt().truncatedTo(ChronoUnit.MILLIS));
        return PutCompositeAlarmResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
