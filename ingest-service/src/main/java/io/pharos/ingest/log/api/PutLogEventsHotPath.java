package io.pharos.ingest.log.api;

import io.pharos.ingest.log.LogEventScan;
import io.pharos.kit.http.HotPath;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Caller;
import io.pharos.wire.Protocol;
import io.pharos.wire.Route;
import io.pharos.wire.WireRequest;

import jakarta.inject.Singleton;

import software.amazon.awssdk.core.SdkResponse;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/// PutLogEvents from JSON straight into what is compressed, for requests as clients send them; see
/// [LogEventScan].
@Singleton
final class PutLogEventsHotPath implements HotPath {
    /// Scans kept for the next request; more are made when more requests are read at once.
    private static final int KEPT_SCANS = 8;

    private final PutLogEventsApi api;
    private final AwsWire wire = new AwsWire();
    private final ArrayBlockingQueue<LogEventScan> scans = new ArrayBlockingQueue<>(KEPT_SCANS);

    PutLogEventsHotPath(PutLogEventsApi api) {
        this.api = api;
    }

    @Override
    public String action() {
        return "logs:PutLogEvents";
    }

    @Override
    public Optional<Supplier<SdkResponse>> read(Route route, WireRequest request, Caller caller) {
        if (route.protocol() != Protocol.JSON_1_1 && route.protocol() != Protocol.JSON_1_0) {
            return Optional.empty();
        }
        var kept = scans.poll();
        var scan = kept == null ? new LogEventScan() : kept;
        var read = scan.read(wire.body(request));
        scans.offer(scan);
        var embedded = PutLogEventsApi.isEmbeddedFormat(request.headers());
        return read.map(asked ->
                () ->
                        api.put(
                                caller,
                                asked.logGroupName(),
                                asked.logStreamName(),
                                asked.events(),
                                embedded,
                                asked.entity()));
    }
}
