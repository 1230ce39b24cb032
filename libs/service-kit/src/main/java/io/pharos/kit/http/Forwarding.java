package io.pharos.kit.http;

import io.pharos.wire.AwsError;
import io.pharos.wire.AwsOperation;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Set;

/// Hands a request as it came to the service that owns its operation, with the caller vouched for, and
/// the owner's answer back as it is.
@Singleton
final class Forwarding {
    private static final Logger LOG = Logger.getLogger(Forwarding.class);

    /// What the HTTP client writes itself, and what only concerns one connection.
    private static final Set<String> NOT_PASSED_ON =
            Set.of(
                    ":authority",
                    "connection",
                    "content-length",
                    "date",
                    "expect",
                    "host",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    InternalIdentity.CALLER,
                    InternalIdentity.SENT_AT,
                    InternalIdentity.MAC);

    private final OwnerAddresses addresses;
    private final InternalHttp http;

    Forwarding(OwnerAddresses addresses, InternalHttp http) {
        this.addresses = addresses;
        this.http = http;
    }

    boolean isElsewhere(AwsOperation operation) {
        return isElsewhere(Owner.of(operation));
    }

    boolean isElsewhere(Owner owner) {
        return addresses.isRemote(owner);
    }

    /// @throws AwsError `ServiceUnavailable` when the owner does not answer
    WireResponse forward(AwsOperation operation, WireRequest request, Caller caller) {
        var owner = Owner.of(operation);
        return operation.isStreaming()
                ? open(owner, operation.name(), request, caller)
                : forward(owner, operation.name(), request, caller);
    }

    /// The owner's answer passed on as it comes.
    private WireResponse open(Owner owner, String operation, WireRequest request, Caller caller) {
        try {
            var answer =
                    http.open(
                            owner,
                            request.method(),
                            AwsEndpoint.pathAndQuery(request),
                            request.body(),
                            caller,
                            passedOn(request));
            return new WireResponse(
                    answer.statusCode(),
                    headers(answer),
                    new byte[0],
                    new PassedChunks(answer.body()));
        } catch (InternalHttp.UnreachableException e) {
            throw unavailable(operation, e);
        }
    }

    /// @param operation for the log
    /// @throws AwsError `ServiceUnavailable` when the owner does not answer
    WireResponse forward(Owner owner, String operation, WireRequest request, Caller caller) {
        try {
            var answer =
                    http.send(
                            owner,
                            request.method(),
                            AwsEndpoint.pathAndQuery(request),
                            request.body(),
                            caller,
                            passedOn(request));
            return new WireResponse(answer.statusCode(), headers(answer), answer.body());
        } catch (InternalHttp.UnreachableException e) {
            throw unavailable(operation, e);
        }
    }

    private static String[] passedOn(WireRequest request) {
        var headers = new ArrayList<String>();
        request.headers()
                .asMap()
                .forEach((name, values) -> {
                    if (!NOT_PASSED_ON.contains(name)) {
                        for (var value : values) {
                            headers.add(name);
                            headers.add(value);
                        }
                    }
                });
        return headers.toArray(String[]::new);
    }

    private static Headers headers(HttpResponse<?> answer) {
        var passed = Headers.builder();
        answer.headers()
                .map()
                .forEach((name, values) -> {
                    if (!NOT_PASSED_ON.contains(name) && !name.startsWith(":")) {
                        values.forEach(value -> passed.add(name, value));
                    }
                });
        return passed.build();
    }

    private static AwsError unavailable(String operation, InternalHttp.UnreachableException e) {
        LOG.errorf("owner not reached operation=%s reason=%s", operation, e.getMessage());
        return new AwsError(
                "ServiceUnavailableException",
                503,
                "The service is unavailable. Please try again later.");
    }
}
