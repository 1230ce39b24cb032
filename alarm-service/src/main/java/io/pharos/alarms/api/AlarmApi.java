package io.pharos.alarms.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.mute.MuteRule;
import io.pharos.alarms.query.MetricAnswers;
import io.pharos.alarms.tag.http.MetricsTags;
import io.pharos.kit.ResourceTags;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidFormatException;
import software.amazon.awssdk.services.cloudwatch.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateResponse;
import software.amazon.awssdk.services.cloudwatch.model.Tag;
import software.amazon.awssdk.services.cloudwatch.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatch.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.UntagResourceResponse;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Alarms on metrics and on queries, the state of alarms of every kind and their tags.
@Singleton
final class AlarmApi implements CloudWatchClient {
    private static final int MAX_NAMES = 100;
    private static final List<String> STATES = List.of("INSUFFICIENT_DATA", "ALARM", "OK");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AlarmLedger ledger;
    private final MetricsTags others;
    private final MetricAnswers metrics;
    private final MuteLedger mutes;
    private final ActionReach reach;

    AlarmApi(
            AlarmLedger ledger,
            MuteLedger mutes,
            MetricsTags others,
            MetricAnswers metrics,
            ActionReach reach) {
        this.ledger = ledger;
        this.mutes = mutes;
        this.others = others;
        this.metrics = metrics;
        this.reach = reach;
    }

    @Override
    public PutMetricAlarmResponse putMetricAlarm(PutMetricAlarmRequest request) {
        var tenant = Caller.current().tenant();
        MetricAlarms.check(request, tenant, reach);
        ResourceTags.checkKeys(request.tags().stream().map(Tag::key).toList());
        var queries = MetricAlarms.queries(request);
        if (queries.isPresent() && queries.get().onlyMetric().isEmpty()) {
            metrics.check(tenant, queries.get(), now());
        }
        ledger.put(new AlarmKey(tenant, request.alarmName()), request, now());
        return PutMetricAlarmResponse.builder().build();
    }

    @Override
    public DeleteAlarmsResponse deleteAlarms(DeleteAlarmsRequest request) {
        checkNames(request.hasAlarmNames(), request.alarmNames());
        ledger.delete(Caller.current().tenant(), request.alarmNames(), now());
        return DeleteAlarmsResponse.builder().build();
    }

    @Override
    public EnableAlarmActionsResponse enableAlarmActions(EnableAlarmActionsRequest request) {
        checkNames(request.hasAlarmNames(), request.alarmNames());
        ledger.enableActions(Caller.current().tenant(), request.alarmNames(), true, now());
        return EnableAlarmActionsResponse.builder().build();
    }

    @Override
    public DisableAlarmActionsResponse disableAlarmActions(DisableAlarmActionsRequest request) {
        checkNames(request.hasAlarmNames(), request.alarmNames());
        ledger.enableActions(Caller.current().tenant(), request.alarmNames(), false, now());
        return DisableAlarmActionsResponse.builder().build();
    }

    private static void checkNames(boolean given, List<String> names) {
        var constraints =
                Constraints.check()
                        .required("alarmNames", given ? names : null)
                        .size("alarmNames", names, 0, MAX_NAMES);
        checkEachName(constraints, names);
        constraints.orThrow();
    }

    static void checkEachName(Constraints constraints, List<String> names) {
        var index = 1;
        for (var name : names) {
            constraints.length("alarmNames." + index++ + ".member", name, 1, 255);
        }
    }

    @Override
    public SetAlarmStateResponse setAlarmState(SetAlarmStateRequest request) {
        Constraints.check()
                .required("alarmName", request.alarmName())
                .length("alarmName", request.alarmName(), 1, 255)
                .required("stateValue", request.stateValueAsString())
                .oneOf("stateValue", request.stateValueAsString(), STATES)
                .required("stateReason", request.stateReason())
                .length("stateReason", request.stateReason(), 0, 1023)
                .length("stateReasonData", request.stateReasonData(), 0, 4000)
                .orThrow();
        checkReasonData(request.stateReasonData());
        var found =
                ledger.setState(
                        new AlarmKey(Caller.current().tenant(), request.alarmName()),
                        request.stateValue(),
                        request.stateReason(),
                        request.stateReasonData(),
                        now());
        if (!found) {
            // Not the modelled ResourceNotFoundException: AWS answers this one, without a message.
            throw new AwsError("ResourceNotFound", 404, "");
        }
        return SetAlarmStateResponse.builder().build();
    }

    private static void checkReasonData(@Nullable String data) {
        if (data == null) {
            return;
        }
        try {
            if (!JSON.readTree(data).isObject()) {
                throw InvalidFormatException.builder().build();
            }
        } catch (JsonProcessingException malformed) {
            throw InvalidFormatException.builder().build();
        }
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        var constraints =
                arnConstraints(request.resourceARN())
                        .required("tags", request.hasTags() ? request.tags() : null)
                        .size("tags", request.tags(), 0, ResourceTags.MAX_TAGS);
        ResourceTags.check(constraints, request.tags());
        constraints.orThrow();
        ResourceTags.checkKeys(request.tags().stream().map(Tag::key).toList());
        if (isKeptElsewhere(request.resourceARN())) {
            others.tag(Caller.current().tenant(), request.resourceARN(), request.tags());
        } else {
            muteRuleOf(request.resourceARN())
                    .ifPresentOrElse(
                            rule -> mutes.tag(rule, request.tags()),
                            () -> ledger.tag(alarmOf(request.resourceARN()), request.tags()));
        }
        return TagResourceResponse.builder().build();
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        var constraints =
                arnConstraints(request.resourceARN())
                        .required("tagKeys", request.hasTagKeys() ? request.tagKeys() : null)
                        .size("tagKeys", request.tagKeys(), 0, ResourceTags.MAX_TAGS);
        constraints.orThrow();
        ResourceTags.checkKeys(request.tagKeys());
        if (isKeptElsewhere(request.resourceARN())) {
            others.untag(Caller.current().tenant(), request.resourceARN(), request.tagKeys());
        } else {
            muteRuleOf(request.resourceARN())
                    .ifPresentOrElse(
                            rule -> mutes.untag(rule, request.tagKeys()),
                            () -> ledger.untag(alarmOf(request.resourceARN()), request.tagKeys()));
        }
        return UntagResourceResponse.builder().build();
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        arnConstraints(request.resourceARN()).orThrow();
        var tags =
                isKeptElsewhere(request.resourceARN())
                        ? others.list(Caller.current().tenant(), request.resourceARN())
                        : muteRuleOf(request.resourceARN())
                                .map(mutes::tags)
                                .orElseGet(() -> ledger.tags(alarmOf(request.resourceARN())));
        return ListTagsForResourceResponse.builder().tags(tags).build();
    }

    private static boolean isKeptElsewhere(String arn) {
        return MetricsTags.isAbout(Caller.current().tenant(), arn);
    }

    private static Optional<MuteRule.Key> muteRuleOf(String arn) {
        return MuteRule.Key.ofArn(Caller.current().tenant(), arn);
    }

    private static Constraints arnConstraints(@Nullable String arn) {
        return Constraints.check().required("resourceARN", arn).length("resourceARN", arn, 1, 1024);
    }

    /// @throws ResourceNotFoundException for what is not an alarm of the caller
    private static AlarmKey alarmOf(String arn) {
        var tenant = Caller.current().tenant();
        var prefix = tenant.arn("cloudwatch", "alarm:");
        if (!arn.startsWith(prefix)) {
            throw ResourceNotFoundException.builder().build();
        }
        return new AlarmKey(tenant, arn.substring(prefix.length()));
    }

    /// AWS keeps milliseconds.
    private static Instant now() {
        return Caller.current().receivedAt().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
