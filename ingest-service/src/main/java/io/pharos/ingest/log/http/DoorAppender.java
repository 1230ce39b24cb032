package io.pharos.ingest.log.http;

import io.pharos.ingest.access.ApiKeyId;
import io.pharos.ingest.log.door.DoorEvents;
import io.pharos.ingest.log.door.EventBatches;
import io.pharos.kit.StreamProducer;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.stream.log.PutLogEventsRules;
import io.pharos.stream.log.PutLogEventsRules.Verdict.Admitted;
import io.pharos.stream.log.PutLogEventsRules.Verdict.Refused;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/// Takes the events of the HTTP doors: the same batches by the same rules as PutLogEvents's. Returns once
/// Kafka has them.
@Singleton
final class DoorAppender {
    /// Requests that are taken apart at a time: a body becomes many times its size meanwhile.
    private static final int MAX_AT_ONCE = 16;

    private final Semaphore permits = new Semaphore(MAX_AT_ONCE);
    private final StreamProducer stream;
    private final LogStreams logStreams;

    DoorAppender(StreamProducer stream, LogStreams logStreams) {
        this.stream = stream;
        this.logStreams = logStreams;
    }

    /// Where events of a request go.
    record Place(String logGroup, String logStream) {}

    /// Reads a body.
    @FunctionalInterface
    interface Reading {
        DoorEvents read();
    }

    /// @return how many events are too old, too new or expired, and therefore not kept
    /// @throws RuntimeException what PutLogEvents throws
    int take(Caller caller, Place place, Reading reading) {
        if (!permits.tryAcquire()) {
            throw AwsError.throttling("Rate exceeded");
        }
        try {
            return append(caller, place, EventBatches.of(reading.read()));
        } finally {
            permits.release();
        }
    }

    private int append(Caller caller, Place place, List<PackedEvents> batches) {
        var found = logStreams.find(caller.tenant(), place.logGroup(), place.logStream());
        if (!found.groupExists()) {
            throw missing("The specified log group does not exist.");
        }
        if (!found.streamExists()) {
            throw missing("The specified log stream does not exist.");
        }
        if (ApiKeyId.isOne(caller.accessKeyId()) && !found.takesBearerTokens()) {
            throw new AwsError(
                    "AccessDeniedException",
                    403,
                    "Bearer token authentication is not enabled for the specified log group.");
        }
        var nowMs = caller.receivedAt().toEpochMilli();
        var records = new ArrayList<LogBatch>();
        var rejected = 0;
        for (var events : batches) {
            switch (PutLogEventsRules.admit(events, found.retentionDays(), nowMs)) {
                case Refused(var message) ->
                        throw InvalidParameterException.builder().message(message).build();
                case Admitted admitted -> {
                    var taken = Math.max(0, admitted.to() - admitted.from());
                    rejected += events.count() - taken;
                    if (taken > 0) {
                        records.add(record(caller, place, events, admitted));
                    }
                }
            }
        }
        var sends = new ArrayList<CompletableFuture<StreamProducer.Appended>>();
        for (var record : records) {
            sends.add(
                    stream.send(
                            Topic.LOG_EVENTS.topicName(),
                            LogBatchCodec.key(record),
                            record.toByteArray()));
        }
        StreamProducer.await(sends);
        return rejected;
    }

    private static LogBatch record(
            Caller caller, Place place, PackedEvents events, Admitted admitted) {
        var batch =
                LogBatch.newBuilder()
                        .setAccount(caller.tenant().account())
                        .setRegion(caller.tenant().region())
                        .setLogGroup(place.logGroup())
                        .setLogStream(place.logStream())
                        .setReceivedMs(caller.receivedAt().toEpochMilli());
        return LogBatchCodec.fill(batch, events, admitted.from(), admitted.to()).build();
    }

    private static ResourceNotFoundException missing(String message) {
        return ResourceNotFoundException.builder().message(message).build();
    }
}
