package io.pharos.kit.http;

import io.pharos.kit.Backlog;
import io.pharos.kit.audit.ApiCall;
import io.pharos.kit.audit.ApiRecords;
import io.pharos.kit.metric.CallUsage;
import io.pharos.wire.AwsError;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/// The way of a [PathApi]'s request: who calls, may they, then the handler of this process or the
/// owner elsewhere.
@Singleton
final class PathEndpoint {
    private static final Logger LOG = Logger.getLogger(PathEndpoint.class);

    private final AwsWire wire = new AwsWire();
    private final Map<PathApi, PathHandler> handlers = new EnumMap<>(PathApi.class);
    private final InternalIdentity identity;
    private final Instance<Admission> admission;
    private final Forwarding forwarding;
    private final ApiRecords records;
    private final CallUsage usage;
    private final Backlog backlog;
    private final InstantSource clock;

    PathEndpoint(
            Instance<PathHandler> found,
            InternalIdentity identity,
            Instance<Admission> admission,
            Forwarding forwarding,
            ApiRecords records,
            CallUsage usage,
            Backlog backlog,
            InstantSource clock) {
        for (var handler : found) {
            if (handlers.putIfAbsent(handler.api(), handler) != null) {
                throw new IllegalStateException(handler.api() + " has two handlers");
            }
        }
        this.identity = identity;
        this.admission = admission;
        this.forwarding = forwarding;
        this.records = records;
        this.usage = usage;
        this.backlog = backlog;
        this.clock = clock;
    }

    WireResponse answer(PathApi api, WireRequest request, String requestId) {
        try {
            var now = clock.instant();
            var pathAndQuery = AwsEndpoint.pathAndQuery(request);
            var vouched =
                    identity.verify(
                            request.headers(), request.method(), pathAndQuery, request.body(), now);
            if (vouched.isPresent()) {
                return here(api, request, vouched.get());
            }
            if (admission.isUnsatisfied()) {
                throw new AwsError(
                        "MissingAuthenticationTokenException", 403, "Missing Authentication Token");
            }
            var door = admission.get();
            var caller = door.authenticate(request, api.signingNames(), requestId, now);
            usage.count(caller.tenant(), api.operations().getFirst());
            authorize(door, api, caller);
            backlog.admit(api.operations().getFirst().action());
            return !handlers.containsKey(api) && forwarding.isElsewhere(api.owner())
                    ? forwarding.forward(api.owner(), api.name(), request, caller)
                    : here(api, request, caller);
        } catch (RuntimeException thrown) {
            var failure =
                    thrown instanceof CompletionException
                                    && thrown.getCause() instanceof RuntimeException cause
                            ? cause
                            : thrown;
            if (!(failure instanceof AwsError) && !(failure instanceof AwsServiceException)) {
                LOG.errorf(failure, "call failed api=%s requestId=%s", api, requestId);
            }
            return refuse(api, request, failure, requestId);
        }
    }

    WireResponse refuse(
            PathApi api, WireRequest request, RuntimeException failure, String requestId) {
        return PathRefusal.of(wire, api, request, failure, requestId);
    }

    private void authorize(Admission door, PathApi api, Caller caller) {
        for (var operation : api.operations()) {
            try {
                door.authorize(caller, operation);
            } catch (AwsError denied) {
                var why = denied.getMessage();
                records.append(new ApiCall(caller, operation, null, null, "AccessDenied", why))
                        .join();
                throw denied;
            }
        }
    }

    private WireResponse here(PathApi api, WireRequest request, Caller caller) {
        var handler = handlers.get(api);
        if (handler == null) {
            throw new AwsError("UnknownOperationException", 404, "Pharos does not have this path.");
        }
        return ScopedValue.where(Caller.SCOPE, caller)
                .where(Headers.SCOPE, request.headers())
                .call(() -> handler.answer(request));
    }
}
