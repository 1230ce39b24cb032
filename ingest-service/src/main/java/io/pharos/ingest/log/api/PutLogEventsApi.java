package io.pharos.ingest.log.api;

import io.pharos.ingest.entity.EntityDefect;
import io.pharos.ingest.entity.SentEntity;
import io.pharos.ingest.log.http.LogStreams;
import io.pharos.kit.StreamProducer;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.stream.log.PutLogEventsRules;
import io.pharos.stream.log.PutLogEventsRules.Verdict.Admitted;
import io.pharos.stream.log.PutLogEventsRules.Verdict.Refused;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.Entity;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.RejectedLogEventsInfo;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// PutLogEvents: answered once Kafka has the admitted events. Sequence tokens are accepted and
/// ignored, as AWS does since 2023. An entity that is at fault is told of and not kept; the events are.
@Singleton
final class PutLogEventsApi implements CloudWatchLogsClient {
    private final StreamProducer stream;
    private final LogStreams logStreams;

    PutLogEventsApi(StreamProducer stream, LogStreams logStreams) {
        this.stream = stream;
        this.logStreams = logStreams;
    }

    @Override
    public PutLogEventsResponse putLogEvents(PutLogEventsRequest request) {
        return put(
                Caller.current(),
                request.logGroupName(),
                request.logStreamName(),
                packed(request.logEvents()),
                isEmbeddedFormat(Headers.current()),
                sent(request.entity()));
    }

    private static @Nullable SentEntity sent(@Nullable Entity entity) {
        return entity == null ? null : new SentEntity(entity.keyAttributes(), entity.attributes());
    }

    /// @param events in the order of the request
    /// @param embedded whether all are of the embedded metric format
    /// @param entity null: none was sent
    PutLogEventsResponse put(
            Caller caller,
            String group,
            String logStream,
            PackedEvents events,
            boolean embedded,
            @Nullable SentEntity entity) {
        PutLogEventsRules.shape(group, logStream, events).ifPresent(PutLogEventsApi::refuse);
        var found = logStreams.find(caller.tenant(), group, logStream);
        if (!found.groupExists()) {
            throw missing("The specified log group does not exist.");
        }
        if (!found.streamExists()) {
            throw missing("The specified log stream does not exist.");
        }
        var defect =
                entity == null
                        ? Optional.<EntityDefect>empty()
                        : entity.defectOfLogs(found.refusesEntities());
        var receivedMs = caller.receivedAt().toEpochMilli();
        return switch (PutLogEventsRules.admit(events, found.retentionDays(), receivedMs)) {
            case Refused(var message) -> throw refused(message);
            case Admitted admitted -> {
                if (!admitted.isEmpty()) {
                    var batch = batch(caller, group, logStream).setEmf(embedded);
                    if (entity != null && defect.isEmpty()) {
                        batch.setEntity(entity.toLogEntity());
                    }
                    append(batch, events, admitted);
                }
                yield response(admitted, receivedMs, defect);
            }
        };
    }

    private static PackedEvents packed(List<InputLogEvent> events) {
        var packed = new PackedEvents.Builder();
        for (var i = 0; i < events.size(); i++) {
            var event = events.get(i);
            if (event.timestamp() == null) {
                refuse(PutLogEventsRules.missing(i, "timestamp"));
            }
            if (event.message() == null) {
                refuse(PutLogEventsRules.missing(i, "message"));
            }
            packed.add(event.timestamp(), event.message());
        }
        return packed.build();
    }

    private static LogBatch.Builder batch(Caller caller, String group, String logStream) {
        return LogBatch.newBuilder()
                .setAccount(caller.tenant().account())
                .setRegion(caller.tenant().region())
                .setLogGroup(group)
                .setLogStream(logStream)
                .setReceivedMs(caller.receivedAt().toEpochMilli());
    }

    private void append(LogBatch.Builder batch, PackedEvents events, Admitted admitted) {
        LogBatchCodec.fill(batch, events, admitted.from(), admitted.to());
        stream.send(
                        Topic.LOG_EVENTS.topicName(),
                        LogBatchCodec.key(batch),
                        batch.build().toByteArray())
                .join();
    }

    static boolean isEmbeddedFormat(Headers headers) {
        return headers.first("x-amzn-logs-format").filter("json/emf"::equalsIgnoreCase).isPresent();
    }

    private static PutLogEventsResponse response(
            Admitted admitted, long receivedMs, Optional<EntityDefect> defect) {
        var response =
                PutLogEventsResponse.builder().nextSequenceToken("%056d".formatted(receivedMs));
        if (admitted.rejectedAny()) {
            response.rejectedLogEventsInfo(
                    RejectedLogEventsInfo.builder()
                            .tooNewLogEventStartIndex(boxed(admitted.tooNewLogEventStartIndex()))
                            .tooOldLogEventEndIndex(boxed(admitted.tooOldLogEventEndIndex()))
                            .expiredLogEventEndIndex(boxed(admitted.expiredLogEventEndIndex()))
                            .build());
        }
        defect.ifPresent(
                wrong -> response.rejectedEntityInfo(info -> info.errorType(wrong.errorType())));
        return response.build();
    }

    private static @Nullable Integer boxed(OptionalInt index) {
        return index.isPresent() ? index.getAsInt() : null;
    }

    private static void refuse(String message) {
        throw refused(message);
    }

    private static InvalidParameterException refused(String message) {
        return InvalidParameterException.builder().message(message).build();
    }

    private static ResourceNotFoundException missing(String message) {
        return ResourceNotFoundException.builder().message(message).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
