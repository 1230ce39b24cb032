package io.pharos.kit.audit;

import com.google.protobuf.CodedOutputStream;

import io.pharos.kit.StreamProducer;
import io.pharos.stream.TimedId;
import io.pharos.stream.Topic;
import io.pharos.wire.Tenant;
import io.quarkus.runtime.ShutdownEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// Appends finished control-plane calls to the stream; they are answered once their record is there. A
/// call whose record can not be appended is answered all the same, and told in the log: it has happened.
///
/// Calls that end within [#GATHERING] of each other share a record of the stream, one for each tenant; the first
/// one after a pause goes at once.
@Singleton
public final class ApiRecords {
    /// At least this long from one sending to the next.
    static final Duration GATHERING = Duration.ofMillis(4);

    /// Of calls, in one record of the stream.
    static final int MAX_TOGETHER_BYTES = 512 << 10;

    /// Gathered and not sent yet; more is not recorded. It takes a stream that is far behind.
    static final long MAX_WAITING_BYTES = 32 << 20;

    private static final Logger LOG = Logger.getLogger(ApiRecords.class);
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /// `ApiRecords.records`.
    private static final int FIELD = 1;

    private final StreamProducer stream;
    private final InstantSource clock;
    private final Thread sender =
            Thread.ofPlatform().name("api-records").daemon().unstarted(this::run);
    private final Object lock = new Object();
    private List<Made> waiting = new ArrayList<>();
    private long waitingBytes;
    private boolean stopping;

    /// Nobody sends any more what is gathered.
    private boolean over;

    ApiRecords(StreamProducer stream, InstantSource clock) {
        this.stream = stream;
        this.clock = clock;
        sender.start();
    }

    /// A call on its way to the stream.
    private record Made(ApiCall call, byte[] record, CompletableFuture<Void> done) {
        Tenant tenant() {
            return call.caller().tenant();
        }

        /// Behind its tag, in a record of the stream.
        int size() {
            return CodedOutputStream.computeByteArraySize(FIELD, record);
        }
    }

    /// Data-plane calls, and those that services of Pharos make, are not recorded.
    ///
    /// @return completes, never with a failure, when the call may be answered; whatever waits for it
    ///     must not block
    public CompletableFuture<Void> append(ApiCall call) {
        if (call.operation().isDataPlane() || call.isByService()) {
            return NOTHING;
        }
        try {
            var now = clock.instant();
            var record = call.record(TimedId.at(now.toEpochMilli()), now).toByteArray();
            var made = new Made(call, record, new CompletableFuture<>());
            if (gather(made)) {
                return made.done();
            }
            tell(call, "too many are waiting");
        } catch (RuntimeException e) {
            tell(call, e.toString());
        }
        return NOTHING;
    }

    /// @return false when it is not taken
    private boolean gather(Made made) {
        boolean first;
        boolean alone;
        synchronized (lock) {
            if (waitingBytes + made.size() > MAX_WAITING_BYTES) {
                return false;
            }
            first = waiting.isEmpty();
            alone = over;
            waiting.add(made);
            waitingBytes += made.size();
        }
        if (alone) {
            send(take());
        } else if (first) {
            LockSupport.unpark(sender);
        }
        return true;
    }

    private List<Made> take() {
        synchronized (lock) {
            var taken = waiting;
            waiting = new ArrayList<>(taken.size());
            waitingBytes = 0;
            return taken;
        }
    }

    private void run() {
        var sentNanos = System.nanoTime() - GATHERING.toNanos();
        while (!isOver()) {
            var early = sentNanos + GATHERING.toNanos() - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            } else {
                sentNanos = System.nanoTime();
                send(take());
            }
        }
    }

    /// Waits for something to do.
    private boolean isOver() {
        while (true) {
            synchronized (lock) {
                if (!waiting.isEmpty()) {
                    return false;
                }
                if (stopping) {
                    over = true;
                    return true;
                }
            }
            LockSupport.park(this);
        }
    }

    /// What is gathered goes; calls that end later send their records themselves.
    void stop(@Observes ShutdownEvent event) {
        synchronized (lock) {
            stopping = true;
        }
        LockSupport.unpark(sender);
        try {
            sender.join(STOP_LIMIT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(List<Made> taken) {
        var open = new HashMap<Tenant, List<Made>>();
        var sizes = new HashMap<Tenant, Integer>();
        for (var made : taken) {
            var tenant = made.tenant();
            var size = sizes.getOrDefault(tenant, 0);
            if (size > 0 && size + made.size() > MAX_TOGETHER_BYTES) {
                sendTogether(tenant, Objects.requireNonNull(open.remove(tenant)), size);
                size = 0;
            }
            sizes.put(tenant, size + made.size());
            open.computeIfAbsent(tenant, _ -> new ArrayList<>()).add(made);
        }
        open.forEach((tenant, calls) ->
                sendTogether(tenant, calls, Objects.requireNonNull(sizes.get(tenant))));
    }

    private void sendTogether(Tenant tenant, List<Made> calls, int size) {
        try {
            var value = new byte[size];
            var out = CodedOutputStream.newInstance(value);
            for (var made : calls) {
                out.writeByteArray(FIELD, made.record());
            }
            out.checkNoSpaceLeft();
            var key = (tenant.account() + "/" + tenant.region()).getBytes(StandardCharsets.UTF_8);
            stream.send(Topic.API_RECORDS.topicName(), key, value)
                    .whenComplete((_, failure) -> done(calls, failure));
        } catch (IOException | RuntimeException failure) {
            done(calls, failure);
        }
    }

    private static void done(List<Made> calls, @Nullable Throwable failure) {
        for (var made : calls) {
            if (failure != null) {
                tell(made.call(), failure.toString());
            }
            made.done().complete(null);
        }
    }

    private static void tell(ApiCall call, String cause) {
        LOG.errorf(
                "api record not appended operation=%s requestId=%s cause=%s",
                call.operation().name(), call.caller().requestId(), cause);
    }
}
