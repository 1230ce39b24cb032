package io.pharos.alarms.api;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.mute.MuteRule;
import io.pharos.kit.ResourceTags;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmMuteRuleStatus;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmMuteRuleRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmMuteRuleResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetAlarmMuteRuleRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetAlarmMuteRuleResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.ListAlarmMuteRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListAlarmMuteRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutAlarmMuteRuleRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutAlarmMuteRuleResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// When actions of alarms are held back.
@Singleton
final class MuteRuleApi implements CloudWatchClient {
    private static final int DEFAULT_RECORDS = 50;
    private static final int MAX_RECORDS = 100;
    private static final List<String> STATUSES = List.of("SCHEDULED", "ACTIVE", "EXPIRED");

    private final MuteLedger ledger;
    private final AlarmLedger alarms;

    MuteRuleApi(MuteLedger ledger, AlarmLedger alarms) {
        this.ledger = ledger;
        this.alarms = alarms;
    }

    @Override
    public PutAlarmMuteRuleResponse putAlarmMuteRule(PutAlarmMuteRuleRequest request) {
        var rule = MuteRule.of(Caller.current().tenant(), request, now());
        var constraints =
                Constraints.check().size("tags", request.tags(), 0, ResourceTags.MAX_TAGS);
        ResourceTags.check(constraints, request.tags());
        constraints.orThrow();
        ResourceTags.checkKeys(request.tags().stream().map(Tag::key).toList());
        ledger.put(rule, request.tags(), now());
        return PutAlarmMuteRuleResponse.builder().build();
    }

    @Override
    public GetAlarmMuteRuleResponse getAlarmMuteRule(GetAlarmMuteRuleRequest request) {
        var key = key(request.alarmMuteRuleName());
        return ledger.find(key)
                .orElseThrow(() ->
                        ResourceNotFoundException.builder()
                                .message("Alarm mute rule not found: " + key.name())
                                .resourceType("AlarmMuteRule")
                                .resourceId(key.name())
                                .build())
                .describe(now());
    }

    /// Sorted by name.
    @Override
    public ListAlarmMuteRulesResponse listAlarmMuteRules(ListAlarmMuteRulesRequest request) {
        var constraints =
                Constraints.check()
                        .length("alarmName", request.alarmName(), 1, 255)
                        .range("maxRecords", request.maxRecords(), 1, MAX_RECORDS);
        var index = 1;
        for (var status : request.statusesAsStrings()) {
            constraints.oneOf("statuses." + index++ + ".member", status, STATUSES);
        }
        constraints.orThrow();
        var tenant = Caller.current().tenant();
        var after = request.nextToken() == null ? "" : afterName(request.nextToken());
        var found = ledger.list(tenant, request.alarmName(), after);
        if (request.alarmName() != null
                && found.isEmpty()
                && alarms.find(new AlarmKey(tenant, request.alarmName())).isEmpty()) {
            throw ResourceNotFoundException.builder()
                    .message("Alarm not found: " + request.alarmName())
                    .build();
        }
        var now = now();
        var wanted = found.stream().filter(rule -> isWanted(request, rule.status(now))).toList();
        var limit = request.maxRecords() == null ? DEFAULT_RECORDS : request.maxRecords();
        var page = wanted.subList(0, Math.min(limit, wanted.size()));
        return ListAlarmMuteRulesResponse.builder()
                .alarmMuteRuleSummaries(page.stream().map(rule -> rule.summary(now)).toList())
                .nextToken(wanted.size() > limit ? PageToken.of(page.getLast().key().name()) : null)
                .build();
    }

    private static boolean isWanted(ListAlarmMuteRulesRequest request, AlarmMuteRuleStatus status) {
        return request.statuses().isEmpty() || request.statuses().contains(status);
    }

    private static String afterName(String token) {
        return PageToken.parse(token, 1)
                .orElseThrow(() ->
                        InvalidNextTokenException.builder()
                                .message("Invalid NextToken : " + token)
                                .build())
                .getFirst();
    }

    @Override
    public DeleteAlarmMuteRuleResponse deleteAlarmMuteRule(DeleteAlarmMuteRuleRequest request) {
        ledger.delete(key(request.alarmMuteRuleName()), now());
        return DeleteAlarmMuteRuleResponse.builder().build();
    }

    private static MuteRule.Key key(@Nullable String name) {
        Constraints.check()
                .required("alarmMuteRuleName", name)
                .length("alarmMuteRuleName", name, 1, 255)
                .orThrow();
        return new MuteRule.Key(Caller.current().tenant(), name == null ? "" : name);
    }

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
