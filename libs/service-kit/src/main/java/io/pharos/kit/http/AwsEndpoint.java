package io.pharos.kit.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.Backlog;
import io.pharos.kit.Prompt;
import io.pharos.kit.audit.ApiCall;
import io.pharos.kit.audit.ApiRecords;
import io.pharos.kit.metric.CallUsage;
import io.pharos.wire.AwsError;
import io.pharos.wire.AwsOperation;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Call;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.Operation;
import io.pharos.wire.OperationRegistry;
import io.pharos.wire.Route;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkResponse;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/// AWS's API in one method: a request in, an answer out, whatever happens. Who calls is told first,
/// then what; the operation runs here when this process serves it, else at its owner. Runs as many
/// calls at once as there are permits and refuses more as throttled.
@Singleton
public final class AwsEndpoint {
    private static final Logger LOG = Logger.getLogger(AwsEndpoint.class);
    private static final int MAX_CALLS_AT_ONCE = 512;

    /// Checking the signature of more takes a while.
    private static final int MAX_PROMPT_BYTES = 8 << 10;

    private final Semaphore permits = new Semaphore(MAX_CALLS_AT_ONCE);
    private final AwsWire wire = new AwsWire();
    private final OperationRegistry registry;
    private final InternalIdentity identity;
    private final Instance<Admission> admission;
    private final Forwarding forwarding;
    private final PathEndpoint paths;
    private final ApiRecords records;
    private final CallUsage usage;
    private final Backlog backlog;
    private final InstantSource clock;
    private final Map<String, HotPath> hotPaths = new HashMap<>();
    private final Set<String> promptActions = new HashSet<>();
    private final MeterRegistry meters;
    private final ConcurrentMap<Counted, Counter> counters = new ConcurrentHashMap<>();

    AwsEndpoint(
            OperationRegistry registry,
            InternalIdentity identity,
            Instance<Admission> admission,
            Forwarding forwarding,
            PathEndpoint paths,
            ApiRecords records,
            CallUsage usage,
            Backlog backlog,
            InstantSource clock,
            Instance<HotPath> hotPaths,
            Instance<PromptApi> promptApis,
            MeterRegistry meters) {
        this.registry = registry;
        this.identity = identity;
        this.admission = admission;
        this.forwarding = forwarding;
        this.paths = paths;
        this.records = records;
        this.usage = usage;
        this.backlog = backlog;
        this.clock = clock;
        hotPaths.forEach(path -> this.hotPaths.put(path.action(), path));
        promptApis.forEach(api -> promptActions.addAll(api.promptActions()));
        this.meters = meters;
    }

    /// [#answer] on a thread that must not wait, if it is likely that nothing has to be waited for. Empty
    /// when it is not, or had to be: then nothing has happened.
    Optional<CompletableFuture<WireResponse>> answerPromptly(WireRequest request) {
        if (request.body().length > MAX_PROMPT_BYTES
                || promptActions.isEmpty()
                || PathApi.of(request.rawPath()).isPresent()) {
            return Optional.empty();
        }
        var route = wire.route(request);
        return route.operation().filter(o -> promptActions.contains(o.action())).isPresent()
                ? Prompt.tried(() -> answer(request, Optional.empty(), route))
                : Optional.empty();
    }

    /// Completes with the answer once it may be sent, on this thread or on one that must not be
    /// blocked; never with a failure of the call.
    CompletableFuture<WireResponse> answer(WireRequest request) {
        var path = PathApi.of(request.rawPath());
        return answer(request, path, path.isPresent() ? path.get().route() : wire.route(request));
    }

    private CompletableFuture<WireResponse> answer(
            WireRequest request, Optional<PathApi> path, Route route) {
        var requestId = requestId();
        if (!permits.tryAcquire()) {
            return CompletableFuture.completedFuture(
                    told(request, route, AwsError.throttling("Rate exceeded"), requestId));
        }
        var answered = false;
        try {
            var answer =
                    path.isPresent()
                            ? Answer.now(paths.answer(path.get(), request, requestId))
                            : admitted(request, route, requestId);
            var response = answer.response();
            count(route, response.status());
            answered = true;
            return answer.recorded()
                    .handle((_, _) -> {
                        permits.release();
                        return response;
                    });
        } finally {
            if (!answered) {
                permits.release();
            }
        }
    }

    /// @param recorded completes when the answer may be sent
    private record Answer(WireResponse response, CompletableFuture<Void> recorded) {
        private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

        static Answer now(WireResponse response) {
            return new Answer(response, NOW);
        }
    }

    /// Unique, not secret.
    private static String requestId() {
        var random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() >>> 2 | 1L << 63)
                .toString();
    }

    /// The answer to a request that is not taken at all.
    WireResponse refuse(WireRequest request, AwsError error) {
        var route =
                PathApi.of(request.rawPath())
                        .map(PathApi::route)
                        .orElseGet(() -> wire.route(request));
        var response = told(request, route, error, requestId());
        count(route, response.status());
        return response;
    }

    private WireResponse told(WireRequest request, Route route, AwsError error, String requestId) {
        return PathApi.of(request.rawPath())
                .map(path -> paths.refuse(path, request, error, requestId))
                .orElseGet(() -> wire.encodeError(route, error, requestId));
    }

    private Answer admitted(WireRequest request, Route route, String requestId) {
        try {
            var now = clock.instant();
            var vouched =
                    identity.verify(
                            request.headers(),
                            request.method(),
                            pathAndQuery(request),
                            request.body(),
                            now);
            var caller =
                    vouched.isPresent()
                            ? vouched.get()
                            : door().authenticate(request, route, requestId, now);
            var answer = known(request, route, caller, vouched.isPresent());
            if (vouched.isEmpty() && route.operation().isPresent()) {
                usage.count(caller.tenant(), route.operation().get());
            }
            return answer;
        } catch (RuntimeException failure) {
            return Answer.now(refused(route, failure, requestId));
        }
    }

    private Admission door() {
        if (admission.isUnsatisfied()) {
            throw new AwsError(
                    "MissingAuthenticationTokenException", 403, "Missing Authentication Token");
        }
        return admission.get();
    }

    /// Fails in no way but by [Prompt].
    private Answer known(WireRequest request, Route route, Caller caller, boolean vouchedFor) {
        try {
            return decided(request, route, caller, vouchedFor);
        } catch (RuntimeException failure) {
            return Answer.now(refused(route, failure, caller.requestId()));
        }
    }

    private Answer decided(WireRequest request, Route route, Caller caller, boolean vouchedFor) {
        var operation = route.operation();
        operation.ifPresent(asked -> backlog.admit(asked.action()));
        var isHere = operation.flatMap(registry::find).isPresent();
        // What was forwarded once stays: its owner refuses what it does not serve.
        var mayForward = !isHere && !vouchedFor;
        if (operation.isPresent() && mayForward && forwarding.isElsewhere(operation.get())) {
            var asked =
                    FurtherActions.mayNeed(operation.get()) ? wire.decode(route, request) : null;
            authorize(caller, operation.get(), asked);
            return Answer.now(forwarding.forward(operation.get(), request, caller));
        }
        var hot = isHere ? hotPaths.get(operation.orElseThrow().action()) : null;
        if (hot != null) {
            var read = hot.read(route, request, caller);
            if (read.isPresent()) {
                return Answer.now(
                        hurried(route, operation.orElseThrow(), read.get(), caller, vouchedFor));
            }
        }
        var call = wire.decode(route, request);
        if (!vouchedFor) {
            authorize(caller, call.operation(), call);
        }
        return served(request, call, caller);
    }

    /// What a hot path read; its request is not shown to anybody, as no data-plane call is recorded.
    private WireResponse hurried(
            Route route,
            AwsOperation operation,
            Supplier<SdkResponse> read,
            Caller caller,
            boolean vouchedFor) {
        if (!vouchedFor) {
            authorize(caller, operation, null);
        }
        try {
            var response = ScopedValue.where(Caller.SCOPE, caller).call(read::get);
            return wire.encode(route, operation, response, caller.requestId());
        } catch (RuntimeException thrown) {
            return refused(route, cause(thrown), caller.requestId());
        }
    }

    private void authorize(Caller caller, AwsOperation operation, @Nullable Call call) {
        try {
            door().authorize(caller, operation);
            if (call != null) {
                FurtherActions.of(call).forEach(more -> door().authorize(caller, more));
            }
        } catch (AwsError denied) {
            Prompt.mayWait();
            var asked = call == null ? null : call.request();
            var made =
                    new ApiCall(
                            caller, operation, asked, null, "AccessDenied", denied.getMessage());
            records.append(made).join();
            throw denied;
        }
    }

    private Answer served(WireRequest request, Call call, Caller caller) {
        var operation = registry.require(call.operation());
        if (operation.model().isStreaming()) {
            return Answer.now(opened(request, call, operation, caller));
        }
        try {
            SdkResponse response =
                    ScopedValue.where(Caller.SCOPE, caller)
                            .where(Headers.SCOPE, request.headers())
                            .call(() -> operation.call(call.request()));
            var encoded = wire.encode(call, response, caller.requestId());
            var made = new ApiCall(caller, call.operation(), call.request(), response, null, null);
            return new Answer(encoded, records.append(made));
        } catch (RuntimeException thrown) {
            var failure = cause(thrown);
            var made =
                    new ApiCall(
                            caller,
                            call.operation(),
                            call.request(),
                            null,
                            errorCode(failure),
                            failure.getMessage());
            return new Answer(
                    refused(call.route(), failure, caller.requestId()), records.append(made));
        }
    }

    /// No trail has calls that stream: they are data-plane.
    private WireResponse opened(
            WireRequest request, Call call, Operation operation, Caller caller) {
        try {
            var stream =
                    ScopedValue.where(Caller.SCOPE, caller)
                            .where(Headers.SCOPE, request.headers())
                            .call(() -> operation.stream(call.request()));
            return wire.encode(call, stream, caller.requestId());
        } catch (RuntimeException thrown) {
            return refused(call.route(), cause(thrown), caller.requestId());
        }
    }

    /// What a joined future failed with, without the wrapper.
    private static RuntimeException cause(RuntimeException thrown) {
        return thrown instanceof CompletionException
                        && thrown.getCause() instanceof RuntimeException cause
                ? cause
                : thrown;
    }

    private static String errorCode(RuntimeException failure) {
        return switch (failure) {
            case AwsError error -> error.code();
            case AwsServiceException modelled -> modelled.getClass().getSimpleName();
            default -> "InternalFailure";
        };
    }

    private WireResponse refused(Route route, RuntimeException failure, String requestId) {
        if (!(failure instanceof AwsError) && !(failure instanceof AwsServiceException)) {
            LOG.errorf(
                    failure,
                    "operation failed operation=%s requestId=%s",
                    route.operationName(),
                    requestId);
        }
        return wire.encodeError(route, failure, requestId);
    }

    private record Counted(Optional<AwsOperation> operation, int hundreds) {}

    private void count(Route route, int status) {
        counters.computeIfAbsent(new Counted(route.operation(), status / 100), this::counter)
                .increment();
    }

    private Counter counter(Counted counted) {
        var operation = counted.operation();
        return meters.counter(
                "pharos.calls",
                "service",
                operation.map(o -> o.service().signingName()).orElse("unknown"),
                "operation",
                operation.map(AwsOperation::name).orElse("unknown"),
                "status",
                counted.hundreds() + "xx");
    }

    static String pathAndQuery(WireRequest request) {
        return request.rawQuery().isEmpty()
                ? request.rawPath()
                : request.rawPath() + "?" + request.rawQuery();
    }
}
