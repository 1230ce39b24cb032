package io.pharos.logs.view.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.protection.Protector;
import io.pharos.logs.view.EventView;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Tells of sensitive data in arriving events: a metric, and for each such event an audit in the group
/// that the policy names. A group without a policy is passed by.
@Singleton
public final class FindingsTap implements LogTap {
    /// The streams that audits go to: what comes there is not audited itself, or audits might audit
    /// each other without end.
    static final String STREAM_PREFIX = "data-protection-audit";

    /// Bytes of a record before the next one is begun: one audit is below the rest of a batch.
    private static final int MAX_RECORD = LogBatchCodec.MAX_BATCH_BYTES / 2;

    private static final int MAX_STREAM = 512;

    private final LogMetrics metrics;

    public FindingsTap(LogMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival) {
        if (!(arrival.view() instanceof EventView view)) {
            return;
        }
        var protector = view.protectorAt(arrival.receivedMs());
        if (protector == null || arrival.logStream().startsWith(STREAM_PREFIX)) {
            return;
        }
        var group = arrival.group();
        var events = arrival.events();
        var to = view.findingsGroups(arrival.receivedMs());
        var audits = new Audits(batch, cause, arrival, to);
        var found = 0;
        for (var i = 0; i < events.count(); i++) {
            var findings =
                    protector.findings(
                            events.bytes(), events.messageStart(i), events.messageLength(i));
            if (!findings.isEmpty()) {
                found++;
                audits.add(audit(group, arrival.receivedMs(), findings));
            }
        }
        audits.send();
        if (found > 0) {
            var count = found;
            batch.afterCommit(() -> metrics.withFindings(group, count));
        }
    }

    /// Audits of one arrival on their way.
    private static final class Audits {
        private final StreamBatch batch;
        private final StreamRecord cause;
        private final LogArrival arrival;
        private final Set<String> to;
        private PackedEvents.Builder events = new PackedEvents.Builder();
        private int bytes;

        Audits(StreamBatch batch, StreamRecord cause, LogArrival arrival, Set<String> to) {
            this.batch = batch;
            this.cause = cause;
            this.arrival = arrival;
            this.to = to;
        }

        void add(byte[] audit) {
            if (to.isEmpty()) {
                return;
            }
            if (bytes + audit.length > MAX_RECORD || events.count() == LogBatchCodec.MAX_EVENTS) {
                send();
            }
            events.add(arrival.receivedMs(), audit, 0, audit.length);
            bytes += audit.length + LogBatchCodec.EVENT_OVERHEAD;
        }

        void send() {
            if (events.count() == 0) {
                return;
            }
            var packed = events.build();
            for (var group : to) {
                var tenant = arrival.group().tenant();
                var record =
                        LogBatchCodec.fill(
                                        LogBatch.newBuilder()
                                                .setAccount(tenant.account())
                                                .setRegion(tenant.region())
                                                .setLogGroup(group)
                                                .setLogStream(stream(arrival.group()))
                                                .setReceivedMs(arrival.receivedMs())
                                                .setCreateMissing(true),
                                        packed)
                                .build();
                batch.derive(
                        cause,
                        Topic.LOG_EVENTS.topicName(),
                        LogBatchCodec.key(record),
                        record.toByteArray());
            }
            events = new PackedEvents.Builder();
            bytes = 0;
        }
    }

    private static String stream(LogGroup group) {
        var name = STREAM_PREFIX + "/" + group.name();
        return name.substring(0, Math.min(name.length(), MAX_STREAM));
    }

    /// AWS's record of one event.
    private static byte[] audit(LogGroup group, long receivedMs, List<Protector.Finding> findings) {
        var audit = JsonNodeFactory.instance.objectNode();
        audit.put(
                "auditTimestamp",
                Instant.ofEpochSecond(Math.floorDiv(receivedMs, 1000L)).toString());
        audit.put("resourceArn", group.wildcardArn());
        var identifiers = audit.putArray("dataIdentifiers");
        for (var finding : findings) {
            var identifier = identifiers.addObject();
            identifier.put("name", finding.identifier());
            identifier.put("count", finding.count());
            var detections = identifier.putArray("detections");
            for (var place : finding.detections()) {
                detections.addObject().put("start", place[0]).put("end", place[1]);
            }
        }
        return audit.toString().getBytes(StandardCharsets.UTF_8);
    }
}
