package io.pharos.kit.audit;

import io.pharos.kit.StreamProducer;
import io.pharos.stream.TimedId;
import io.pharos.stream.Topic;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/// Appends finished control-plane calls to the stream; they are answered once their record is there. A
/// call whose record can not be appended is answered all the same, and told in the log: it has happened.
@Singleton
public final class ApiRecords {
    private static final Logger LOG = Logger.getLogger(ApiRecords.class);
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final StreamProducer stream;
    private final InstantSource clock;

    ApiRecords(StreamProducer stream, InstantSource clock) {
        this.stream = stream;
        this.clock = clock;
    }

    /// Data-plane calls, and those that services of Pharos make, are not recorded.
    ///
    /// @return completes, never with a failure, when the call may be answered; whatever waits for it
    ///     must not block
    public CompletableFuture<Void> append(ApiCall call) {
        if (call.operation().isDataPlane() || call.isByService()) {
            return NOTHING;
        }
        var tenant = call.caller().tenant();
        try {
            var now = clock.instant();
            var record = call.record(TimedId.at(now.toEpochMilli()), now);
            var key = tenant.account() + "/" + tenant.region();
            return stream.send(
                            Topic.API_RECORDS.topicName(),
                            key.getBytes(StandardCharsets.UTF_8),
                            record.toByteArray())
                    .handle((_, failure) -> {
                        if (failure != null) {
                            tell(call, failure);
                        }
                        return null;
                    });
        } catch (RuntimeException e) {
            tell(call, e);
            return NOTHING;
        }
    }

    private static void tell(ApiCall call, Throwable failure) {
        LOG.errorf(
                failure,
                "api record not appended operation=%s requestId=%s",
                call.operation().name(),
                call.caller().requestId());
    }
}
