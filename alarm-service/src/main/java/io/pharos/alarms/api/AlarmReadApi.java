package io.pharos.alarms.api;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.ledger.AlarmFilter;
import io.pharos.alarms.ledger.HistoryFilter;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.ledger.KeptHistory;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmContributorsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmContributorsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What alarms there are and what happened to them.
@Singleton
final class AlarmReadApi implements CloudWatchClient {
    private static final int MAX_RECORDS = 100;
    private static final int DEFAULT_ALARMS = 50;
    private static final int DEFAULT_HISTORY = 100;
    private static final List<String> STATES = List.of("INSUFFICIENT_DATA", "ALARM", "OK");

    private final AlarmLedger ledger;

    AlarmReadApi(AlarmLedger ledger) {
        this.ledger = ledger;
    }

    /// Sorted by name. AWS: without types only metric alarms are told.
    @Override
    public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
        checkDescribe(request);
        var tenant = Caller.current().tenant();
        var limit = request.maxRecords() == null ? DEFAULT_ALARMS : request.maxRecords();
        var after = request.nextToken() == null ? "" : afterName(request.nextToken());
        if (request.childrenOfAlarmName() != null) {
            var found = ledger.children(tenant, request.childrenOfAlarmName(), after, limit + 1);
            return answer(found, limit, AlarmReadApi::asChild);
        }
        if (request.parentsOfAlarmName() != null) {
            var found = ledger.parents(tenant, request.parentsOfAlarmName(), after, limit + 1);
            return answer(found, limit, AlarmReadApi::asParent);
        }
        var filter =
                new AlarmFilter(
                        types(request.alarmTypes()),
                        request.hasAlarmNames() && !request.alarmNames().isEmpty()
                                ? request.alarmNames()
                                : null,
                        request.alarmNamePrefix(),
                        request.stateValueAsString(),
                        request.actionPrefix(),
                        after,
                        limit + 1);
        return answer(ledger.describe(tenant, filter), limit, UnaryOperator.identity());
    }

    private static DescribeAlarmsResponse answer(
            List<KeptAlarm> found, int limit, UnaryOperator<Alarm> form) {
        var page = found.subList(0, Math.min(limit, found.size()));
        var metrics = new ArrayList<MetricAlarm>();
        var composites = new ArrayList<CompositeAlarm>();
        for (var kept : page) {
            switch (form.apply(kept.alarm())) {
                case Alarm.OnMetrics(var metric) -> metrics.add(metric);
                case Alarm.OnAlarms(var composite) -> composites.add(composite);
            }
        }
        return DescribeAlarmsResponse.builder()
                .metricAlarms(metrics)
                .compositeAlarms(composites)
                .nextToken(found.size() > limit ? PageToken.of(page.getLast().key().name()) : null)
                .build();
    }

    /// AWS tells less of children: name, ARN and state.
    private static Alarm asChild(Alarm alarm) {
        return switch (alarm) {
            case Alarm.OnMetrics(var metric) ->
                    Alarm.of(
                            MetricAlarm.builder()
                                    .alarmName(metric.alarmName())
                                    .alarmArn(metric.alarmArn())
                                    .stateValue(metric.stateValue())
                                    .stateUpdatedTimestamp(metric.stateUpdatedTimestamp())
                                    .build());
            case Alarm.OnAlarms(var composite) ->
                    Alarm.of(
                            CompositeAlarm.builder()
                                    .alarmName(composite.alarmName())
                                    .alarmArn(composite.alarmArn())
                                    .stateValue(composite.stateValue())
                                    .stateUpdatedTimestamp(composite.stateUpdatedTimestamp())
                                    .build());
        };
    }

    /// And of parents even less: name and ARN.
    private static Alarm asParent(Alarm alarm) {
        return Alarm.of(
                CompositeAlarm.builder().alarmName(alarm.name()).alarmArn(alarm.arn()).build());
    }

    private static Set<AlarmType> types(List<AlarmType> given) {
        return given.isEmpty() ? Set.of(AlarmType.METRIC_ALARM) : Set.copyOf(given);
    }

    private static void checkDescribe(DescribeAlarmsRequest request) {
        var constraints =
                Constraints.check()
                        .size("alarmNames", request.alarmNames(), 0, MAX_RECORDS)
                        .length("alarmNamePrefix", request.alarmNamePrefix(), 1, 255)
                        .oneOf("stateValue", request.stateValueAsString(), STATES)
                        .length("actionPrefix", request.actionPrefix(), 1, 1024)
                        .length("childrenOfAlarmName", request.childrenOfAlarmName(), 1, 255)
                        .length("parentsOfAlarmName", request.parentsOfAlarmName(), 1, 255)
                        .range("maxRecords", request.maxRecords(), 1, MAX_RECORDS);
        AlarmApi.checkEachName(constraints, request.alarmNames());
        checkTypes(constraints, request.alarmTypesAsStrings());
        constraints.orThrow();
        if (request.hasAlarmNames() && request.alarmNamePrefix() != null) {
            throw InvalidParameterCombinationException.builder()
                    .message("AlarmNamePrefix and AlarmNames are mutually exclusive")
                    .build();
        }
        if (request.childrenOfAlarmName() != null || request.parentsOfAlarmName() != null) {
            checkRelation(request);
        }
    }

    /// AWS: a question for children or parents has nothing besides but paging.
    private static void checkRelation(DescribeAlarmsRequest request) {
        var name =
                request.childrenOfAlarmName() == null
                        ? "ParentsOfAlarmName"
                        : "ChildrenOfAlarmName";
        var hasBoth = request.childrenOfAlarmName() != null && request.parentsOfAlarmName() != null;
        if (hasBoth
                || (request.hasAlarmNames() && !request.alarmNames().isEmpty())
                || request.alarmNamePrefix() != null
                || request.stateValueAsString() != null
                || request.actionPrefix() != null
                || (request.hasAlarmTypes() && !request.alarmTypes().isEmpty())) {
            throw AwsError.validation(
                    "The only parameters that can be specified with "
                            + name
                            + " are MaxRecords and NextToken");
        }
    }

    private static void checkTypes(Constraints constraints, List<String> types) {
        var index = 1;
        for (var type : types) {
            constraints.oneOf(
                    "alarmTypes." + index++ + ".member",
                    type,
                    List.of(AlarmType.COMPOSITE_ALARM, AlarmType.METRIC_ALARM));
        }
    }

    private static String afterName(String token) {
        return PageToken.parse(token, 1)
                .orElseThrow(() -> InvalidNextTokenException.builder().build())
                .getFirst();
    }

    @Override
    public DescribeAlarmsForMetricResponse describeAlarmsForMetric(
            DescribeAlarmsForMetricRequest request) {
        Constraints.check()
                .required("metricName", request.metricName())
                .length("metricName", request.metricName(), 1, 255)
                .required("namespace", request.namespace())
                .length("namespace", request.namespace(), 1, 255)
                .oneOf("statistic", request.statisticAsString(), Statistic.knownValues())
                .size("dimensions", request.dimensions(), 0, 30)
                .atLeast("period", request.period(), 1)
                .oneOf("unit", request.unitAsString(), StandardUnit.knownValues())
                .orThrow();
        var found =
                ledger.onMetric(
                        Caller.current().tenant(),
                        request.namespace(),
                        request.metricName(),
                        request.dimensions());
        return DescribeAlarmsForMetricResponse.builder()
                .metricAlarms(
                        found.stream()
                                .map(KeptAlarm::metric)
                                .filter(alarm -> isAskedFor(request, alarm))
                                .toList())
                .build();
    }

    private static boolean isAskedFor(DescribeAlarmsForMetricRequest request, MetricAlarm alarm) {
        return isAnyOr(request.statisticAsString(), alarm.statisticAsString())
                && isAnyOr(request.extendedStatistic(), alarm.extendedStatistic())
                && isAnyOr(request.period(), alarm.period())
                && isAnyOr(request.unitAsString(), alarm.unitAsString());
    }

    private static boolean isAnyOr(@Nullable Object wanted, @Nullable Object value) {
        return wanted == null || wanted.equals(value);
    }

    /// Those in ALARM, sorted by id.
    @Override
    public DescribeAlarmContributorsResponse describeAlarmContributors(
            DescribeAlarmContributorsRequest request) {
        Constraints.check()
                .required("alarmName", request.alarmName())
                .length("alarmName", request.alarmName(), 1, 255)
                .orThrow();
        var key = new AlarmKey(Caller.current().tenant(), request.alarmName());
        if (ledger.find(key).filter(KeptAlarm::isOnMetrics).isEmpty()) {
            throw ResourceNotFoundException.builder().build();
        }
        var after = request.nextToken() == null ? "" : afterName(request.nextToken());
        var found =
                ledger.contributors(key).stream()
                        .filter(one -> one.contributorId().compareTo(after) > 0)
                        .toList();
        var page = found.subList(0, Math.min(DEFAULT_ALARMS, found.size()));
        return DescribeAlarmContributorsResponse.builder()
                .alarmContributors(page)
                .nextToken(
                        found.size() > page.size()
                                ? PageToken.of(page.getLast().contributorId())
                                : null)
                .build();
    }

    @Override
    public DescribeAlarmHistoryResponse describeAlarmHistory(DescribeAlarmHistoryRequest request) {
        var constraints =
                Constraints.check()
                        .length("alarmName", request.alarmName(), 1, 255)
                        .length("alarmContributorId", request.alarmContributorId(), 1, 16)
                        .oneOf(
                                "historyItemType",
                                request.historyItemTypeAsString(),
                                HistoryItemType.knownValues())
                        .oneOf("scanBy", request.scanByAsString(), ScanBy.knownValues())
                        .range("maxRecords", request.maxRecords(), 1, MAX_RECORDS);
        checkTypes(constraints, request.alarmTypesAsStrings());
        constraints.orThrow();
        var limit = request.maxRecords() == null ? DEFAULT_HISTORY : request.maxRecords();
        var filter =
                new HistoryFilter(
                        types(request.alarmTypes()),
                        request.alarmName(),
                        request.alarmContributorId(),
                        request.historyItemTypeAsString(),
                        millis(request.startDate(), Long.MIN_VALUE),
                        millis(request.endDate(), Long.MAX_VALUE),
                        request.scanBy() != ScanBy.TIMESTAMP_ASCENDING,
                        request.nextToken() == null ? null : position(request.nextToken()),
                        limit + 1);
        var found = ledger.history(Caller.current().tenant(), filter);
        var page = found.subList(0, Math.min(limit, found.size()));
        return DescribeAlarmHistoryResponse.builder()
                .alarmHistoryItems(page.stream().map(KeptHistory::item).toList())
                .nextToken(found.size() > limit ? token(page.getLast().position()) : null)
                .build();
    }

    private static long millis(@Nullable Instant time, long otherwise) {
        return time == null ? otherwise : time.toEpochMilli();
    }

    private static String token(HistoryFilter.Position position) {
        return PageToken.of(Long.toString(position.atMs()), Long.toString(position.id()));
    }

    private static HistoryFilter.Position position(String token) {
        try {
            var parts = PageToken.parse(token, 2).orElseThrow(() -> invalid(token));
            return new HistoryFilter.Position(
                    Long.parseLong(parts.get(0)), Long.parseLong(parts.get(1)));
        } catch (NumberFormatException notOurs) {
            throw invalid(token);
        }
    }

    private static InvalidNextTokenException invalid(String token) {
        return InvalidNextTokenException.builder().message("Invalid NextToken : " + token).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
