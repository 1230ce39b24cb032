package io.pharos.kit.audit;

import io.pharos.kit.StreamProducer;
import io.pharos.stream.TimedId;
import io.pharos.stream.Topic;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/// Appends finished control-plane calls to the stream before they are answered. A call whose record
/// can not be appended is answered all the same, and told in the log: it has happened.
@Singleton
public final class ApiRecords {
    private static final Logger LOG = Logger.getLogger(ApiRecords.class);

    private final StreamProducer stream;
    private final InstantSource clock;

    ApiRecords(StreamProducer stream, InstantSource clock) {
        this.stream = stream;
        this.clock = clock;
    }

    /// Data-plane calls, and those that services of Pharos make, are not recorded.
    public void append(ApiCall call) {
        if (call.operation().isDataPlane() || call.isByService()) {
            return;
        }
        var tenant = call.caller().tenant();
        try {
            var now = clock.instant();
            var record = call.record(TimedId.at(now.toEpochMilli()), now);
            var key = tenant.account() + "/" + tenant.region();
            stream.send(
                            Topic.API_RECORDS.topicName(),
                            key.getBytes(StandardCharsets.UTF_8),
                            record.toByteArray())
                    .join();
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "api record not appended operation=%s requestId=%s",
                    call.operation().name(),
                    call.caller().requestId());
        }
    }
}
