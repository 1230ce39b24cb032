package io.pharos.alarms.api;

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
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

import java.time.Instant;
import java.util.List;

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

    /// Sorted by name. Only metric alarms exist here, so the other lists are always empty.
    @Override
    public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
        checkDescribe(request);
        var response = DescribeAlarmsResponse.builder().compositeAlarms(List.of());
        if (!wantsMetricAlarms(request.hasAlarmTypes(), request.alarmTypesAsStrings())
                || request.parentsOfAlarmName() != null) {
            return response.metricAlarms(List.of()).build();
        }
        var limit = request.maxRecords() == null ? DEFAULT_ALARMS : request.maxRecords();
        var filter =
                new AlarmFilter(
                        request.hasAlarmNames() ? request.alarmNames() : null,
                        request.alarmNamePrefix(),
                        request.stateValueAsString(),
                        request.actionPrefix(),
                        request.nextToken() == null ? "" : afterName(request.nextToken()),
                        limit + 1);
        var found = ledger.describe(Caller.current().tenant(), filter);
        var page = found.subList(0, Math.min(limit, found.size()));
        return response.metricAlarms(page.stream().map(KeptAlarm::alarm).toList())
                .nextToken(
                        found.size() > limit
                                ? PageToken.of(page.getLast().alarm().alarmName())
                                : null)
                .build();
    }

    private static void checkDescribe(DescribeAlarmsRequest request) {
        var constraints =
                Constraints.check()
                        .size("alarmNames", request.alarmNames(), 0, MAX_RECORDS)
                        .length("alarmNamePrefix", request.alarmNamePrefix(), 1, 255)
                        .oneOf("stateValue", request.stateValueAsString(), STATES)
                        .length("actionPrefix", request.actionPrefix(), 1, 1024)
                        .range("maxRecords", request.maxRecords(), 1, MAX_RECORDS);
        AlarmApi.checkEachName(constraints, request.alarmNames());
        checkTypes(constraints, request.alarmTypesAsStrings());
        constraints.orThrow();
        if (request.hasAlarmNames() && request.alarmNamePrefix() != null) {
            throw InvalidParameterCombinationException.builder()
                    .message("AlarmNamePrefix and AlarmNames are mutually exclusive")
                    .build();
        }
        if (request.childrenOfAlarmName() != null) {
            throw AwsError.validation(
                    "ChildrenOfAlarmName ["
                            + request.childrenOfAlarmName()
                            + "] is not a composite alarm");
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

    /// AWS: without types only metric alarms are told.
    private static boolean wantsMetricAlarms(boolean given, List<String> types) {
        return !given || types.isEmpty() || types.contains(AlarmType.METRIC_ALARM.toString());
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
                                .map(KeptAlarm::alarm)
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

    @Override
    public DescribeAlarmHistoryResponse describeAlarmHistory(DescribeAlarmHistoryRequest request) {
        var constraints =
                Constraints.check()
                        .length("alarmName", request.alarmName(), 1, 255)
                        .oneOf(
                                "historyItemType",
                                request.historyItemTypeAsString(),
                                HistoryItemType.knownValues())
                        .oneOf("scanBy", request.scanByAsString(), ScanBy.knownValues())
                        .range("maxRecords", request.maxRecords(), 1, MAX_RECORDS);
        checkTypes(constraints, request.alarmTypesAsStrings());
        constraints.orThrow();
        // Contributors belong to alarms on several series; no item here has one.
        if (request.alarmContributorId() != null
                || !wantsMetricAlarms(request.hasAlarmTypes(), request.alarmTypesAsStrings())) {
            return DescribeAlarmHistoryResponse.builder().alarmHistoryItems(List.of()).build();
        }
        var limit = request.maxRecords() == null ? DEFAULT_HISTORY : request.maxRecords();
        var filter =
                new HistoryFilter(
                        request.alarmName(),
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
