package io.pharos.logs.destination.http;

import io.pharos.kit.OwnerClients;
import io.pharos.logs.LogsError;
import io.pharos.logs.destination.ControlMessage;
import io.pharos.logs.destination.StreamArn;
import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.http.Outlets.Outcome;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.util.UUID;
import java.util.function.Function;

/// AWS: a filter is created only when the control message arrives at its target, or the function may be
/// called.
@Singleton
public final class Reach {
    private static final Logger LOG = Logger.getLogger(Reach.class);
    private static final String SELF = "logs.amazonaws.com";

    private final Function<StreamArn, KinesisClient> streams;
    private final Outlets outlets;

    @Inject
    public Reach(OwnerClients clients, Outlets outlets) {
        this(arn -> clients.client(KinesisClient.class, arn.owner(), SELF), outlets);
    }

    /// @param streams the API of a stream's owner
    public Reach(Function<StreamArn, KinesisClient> streams, Outlets outlets) {
        this.streams = streams;
        this.outlets = outlets;
    }

    /// @throws RuntimeException AWS's error when nothing arrives
    public void require(Target target, long nowMs) {
        switch (target) {
            case Target.Stream(var arn) -> {
                if (!reaches(arn, ControlMessage.of("Kinesis", nowMs))) {
                    throw unreachable("Kinesis");
                }
            }
            case Target.DeliveryStream stream -> {
                var probe = ControlMessage.of("Firehose", nowMs);
                if (!reached(target, outlets.send(stream, probe))) {
                    throw unreachable("Firehose");
                }
            }
            case Target.Function function -> {
                if (!reached(target, outlets.tryOut(function))) {
                    throw LogsError.invalid(
                            "Could not execute the lambda function. Make sure you have given"
                                    + " CloudWatch Logs permission to execute your function.");
                }
            }
            case Target.Endpoint endpoint -> {
                if (!reached(target, outlets.send(endpoint, ControlMessage.of("Http", nowMs)))) {
                    throw LogsError.invalid(
                            "Could not deliver test message to specified HTTP endpoint.");
                }
            }
        }
    }

    /// What AWS says when its test message does not arrive.
    public static RuntimeException unreachable(String vendor) {
        return LogsError.invalid(
                "Could not deliver test message to specified "
                        + vendor
                        + " stream. Check if the given "
                        + vendor.toLowerCase(java.util.Locale.ROOT)
                        + " stream is in ACTIVE state.");
    }

    private static boolean reached(Target target, Outcome outcome) {
        var why =
                switch (outcome) {
                    case Outcome.Delivered() -> null;
                    case Outcome.Throttled(var told) -> told;
                    case Outcome.Failed(var told) -> told;
                    case Outcome.Refused(var told) -> told;
                };
        if (why != null) {
            LOG.infof("no test message reached target=%s: %s", target.text(), why);
        }
        return why == null;
    }

    private boolean reaches(StreamArn destination, byte[] control) {
        var name = destination.streamName();
        try {
            var kinesis = streams.apply(destination);
            var status =
                    kinesis.describeStreamSummary(r -> r.streamName(name))
                            .streamDescriptionSummary()
                            .streamStatus();
            if (status != StreamStatus.ACTIVE && status != StreamStatus.UPDATING) {
                return false;
            }
            kinesis.putRecord(r ->
                    r.streamName(name)
                            .partitionKey(UUID.randomUUID().toString())
                            .data(SdkBytes.fromByteArray(control)));
            return true;
        } catch (SdkException failure) {
            LOG.infof("no test message reached stream=%s: %s", name, failure.getMessage());
            return false;
        }
    }
}
