package io.pharos.logs.query.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.insights.eval.EventFields;
import io.pharos.logs.insights.eval.EventPointer;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.logs.query.pg.ViewedBlocks;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogGroupFieldsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogGroupFieldsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogRecordRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogRecordResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupField;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// One event with its fields, and the fields that a group's events have. What is protected is masked,
/// unless `unmask` is asked for: whether the caller may is the front door's to tell.
@Singleton
final class LogRecordApi implements CloudWatchLogsClient {
    /// AWS: minutes around the time of GetLogGroupFields.
    private static final Duration AROUND = Duration.ofMinutes(8);

    private static final Duration RECENT = Duration.ofMinutes(15);
    private static final int MAX_POINTER = 512;
    private static final int MAX_SAMPLED = 2_000;
    private static final int MAX_FIELDS = 1_000;
    private static final List<String> SYSTEM =
            List.of("@timestamp", "@message", "@logStream", "@log", "@ingestionTime", "@ptr");

    private final PgLogGroups groups;
    private final QueryBlocks blocks;

    LogRecordApi(PgLogGroups groups, ViewedBlocks blocks) {
        this.groups = groups;
        this.blocks = blocks;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public GetLogRecordResponse getLogRecord(GetLogRecordRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .required("logRecordPointer", request.logRecordPointer())
                .length("logRecordPointer", request.logRecordPointer(), 0, MAX_POINTER);
        check.orThrow();
        EventPointer pointer;
        try {
            pointer = EventPointer.parse(request.logRecordPointer());
        } catch (IllegalArgumentException _) {
            throw LogsError.invalid("The specified logRecordPointer is invalid.");
        }
        var group =
                groups.find(tenant(), pointer.groupId()).orElseThrow(LogRecordApi::noSuchRecord);
        var unmask = Boolean.TRUE.equals(request.unmask());
        var record = new LinkedHashMap<String, String>();
        var time = pointer.id().timestampMs();
        if (time >= group.expiredBeforeMs(nowMs())) {
            visit(group, time, time, block -> find(block, pointer, unmask, record));
        }
        if (record.isEmpty()) {
            throw noSuchRecord();
        }
        return GetLogRecordResponse.builder().logRecord(record).build();
    }

    /// @return whether to look further
    private static boolean find(
            EventBlock block, EventPointer pointer, boolean unmask, Map<String, String> into) {
        var events = block.events();
        for (var event = 0; event < events.count(); event++) {
            var stream = block.streams().get(events.streamId(event));
            if (stream != null
                    && events.timestampMs(event) == pointer.id().timestampMs()
                    && events.id(event).equals(pointer.id())) {
                var message = (unmask ? block.unmasked() : events).message(event);
                var fields = unmask ? block.unmaskedFields() : block.fields();
                into.putAll(EventFields.of(fields.message(event)));
                into.putAll(entity(block, event));
                into.put("@timestamp", Long.toString(events.timestampMs(event)));
                into.put("@ingestionTime", Long.toString(events.ingestionMs(event)));
                into.put("@message", message);
                into.put("@logStream", stream);
                into.put("@log", block.log());
                into.put("@ptr", pointer.toString());
                return false;
            }
        }
        return true;
    }

    private static Map<String, String> entity(EventBlock block, int event) {
        var events = block.events();
        return block.entities().of(events.streamId(event), events.batch(event));
    }

    @Override
    public GetLogGroupFieldsResponse getLogGroupFields(GetLogGroupFieldsRequest request) {
        LogConstraints.check()
                .groupName("logGroupName", request.logGroupName())
                .identifier("logGroupIdentifier", request.logGroupIdentifier())
                .atLeastZero("time", request.time())
                .orThrow();
        var name =
                LogGroupArn.nameOfEither(
                        tenant(), request.logGroupName(), request.logGroupIdentifier());
        var group = groups.require(tenant(), name);
        var time = request.time();
        var from = nowMs() - RECENT.toMillis();
        var until = nowMs();
        if (time != null) {
            var middle = Math.min(time, Long.MAX_VALUE / 4_000) * 1_000;
            from = middle - AROUND.toMillis();
            until = middle + AROUND.toMillis();
        }
        var counts = new HashMap<String, Integer>();
        var sampled = new int[1];
        var first = Math.max(from, group.expiredBeforeMs(nowMs()));
        var last = until;
        if (first <= last) {
            visit(group, first, last, block -> sample(block, first, last, counts, sampled));
        }
        return GetLogGroupFieldsResponse.builder()
                .logGroupFields(fields(counts, sampled[0]))
                .build();
    }

    private static boolean sample(
            EventBlock block, long from, long until, Map<String, Integer> counts, int[] sampled) {
        var events = block.events();
        for (var event = events.count() - 1; event >= 0; event--) {
            var time = events.timestampMs(event);
            if (time < from
                    || time > until
                    || !block.streams().containsKey(events.streamId(event))) {
                continue;
            }
            if (sampled[0] == MAX_SAMPLED) {
                return false;
            }
            sampled[0]++;
            SYSTEM.forEach(name -> counts.merge(name, 1, Integer::sum));
            var names = new LinkedHashSet<>(entity(block, event).keySet());
            names.addAll(EventFields.of(block.fields().message(event)).keySet());
            for (var name : names) {
                if (counts.size() < MAX_FIELDS || counts.containsKey(name)) {
                    counts.merge(name, 1, Integer::sum);
                }
            }
        }
        return true;
    }

    private static List<LogGroupField> fields(Map<String, Integer> counts, int sampled) {
        var fields = new ArrayList<LogGroupField>();
        counts.forEach((name, count) ->
                fields.add(
                        LogGroupField.builder()
                                .name(name)
                                .percent((int) (100L * count / sampled))
                                .build()));
        fields.sort(
                Comparator.comparing(LogGroupField::percent, Comparator.reverseOrder())
                        .thenComparing(LogGroupField::name));
        return fields;
    }

    @FunctionalInterface
    private interface Look {
        boolean at(EventBlock block);
    }

    private void visit(LogGroup group, long from, long until, Look look) {
        blocks.visit(
                List.of(group),
                from,
                until,
                QueryBlocks.Wanted.ALL_AND_ENTITIES,
                new QueryBlocks.Visitor() {
                    @Override
                    public boolean block(Supplier<EventBlock> block) {
                        return look.at(block.get());
                    }

                    @Override
                    public void skipped(long records, long bytes) {
                        // None is.
                    }
                });
    }

    private static RuntimeException noSuchRecord() {
        return LogsError.notFound("The specified log record does not exist.");
    }
}
