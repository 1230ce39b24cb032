package io.pharos.logs.view.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.stream.DerivedEvents;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.protection.Protector;
import io.pharos.logs.view.EventView;
import io.pharos.stream.log.LogBatchCodec;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/// Tells of sensitive data in arriving events: a metric, and for each such event an audit in the group
/// that the policy names. A group without a policy is passed by.
@Singleton
public final class FindingsTap implements LogTap {
    /// The streams that audits go to: what comes there is not audited itself, or audits might audit
    /// each other without end.
    static final String STREAM_PREFIX = "data-protection-audit";

    /// Bytes of a record before the next one is begun: one audit is below the rest of a batch.
    private static final int MAX_RECORD = LogBatchCodec.MAX_BATCH_BYTES / 2;

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
        var audits =
                new DerivedEvents(
                        batch,
                        cause,
                        arrival.receivedMs(),
                        STREAM_PREFIX + "/" + group.name(),
                        to.stream()
                                .map(name -> new DerivedEvents.Group(group.tenant(), name))
                                .toList(),
                        MAX_RECORD);
        var found = 0;
        for (var i = 0; i < events.count(); i++) {
            var findings =
                    protector.findings(
                            events.bytes(), events.messageStart(i), events.messageLength(i));
            if (!findings.isEmpty()) {
                found++;
                if (!to.isEmpty()) {
                    audits.add(arrival.receivedMs(), audit(group, arrival.receivedMs(), findings));
                }
            }
        }
        audits.send();
        if (found > 0) {
            var count = found;
            batch.afterCommit(() -> metrics.withFindings(group, count));
        }
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
