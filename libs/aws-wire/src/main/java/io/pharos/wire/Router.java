package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds protocol, service and operation of a request, in the order AWS's clients need: CBOR path,
/// `X-Amz-Target`, Query's `Action`, REST path.
final class Router {
    private static final Pattern RPC_PATH =
            Pattern.compile("/service/([A-Za-z0-9_.]{1,128})/operation/([A-Za-z0-9_]{1,128})");

    /// Where Query's `Action` and `Version` stand in a compressed body: SDKs send them first.
    private static final int ACTION_PREFIX_BYTES = 16 * 1024;

    private static final int MAX_NAME = 128;

    private static final Map<String, AwsService> BY_TARGET = new HashMap<>();
    private static final Map<String, AwsService> BY_QUERY_VERSION = new HashMap<>();

    static {
        for (var service : AwsService.values()) {
            var prefix = service.targetPrefix();
            BY_TARGET.put(prefix, service);
            BY_TARGET.put(prefix.substring(prefix.lastIndexOf('.') + 1), service);
            if (!service.queryVersion().isEmpty()) {
                BY_QUERY_VERSION.put(service.queryVersion(), service);
            }
        }
    }

    private final WireRequest request;
    private final String contentType;

    private Router(WireRequest request) {
        this.request = request;
        this.contentType =
                request.headers().first("content-type").orElse("").toLowerCase(Locale.ROOT);
    }

    static Route route(WireRequest request) {
        var router = new Router(request);
        var route = router.rpc();
        route = route == null ? router.target() : route;
        route = route == null ? router.action() : route;
        route = route == null ? router.rest() : route;
        return route == null ? router.nothing() : route;
    }

    private @Nullable Route rpc() {
        if (!request.rawPath().startsWith("/service/")) {
            return null;
        }
        var path = RPC_PATH.matcher(request.rawPath());
        if (!path.matches()) {
            return null;
        }
        var declared = request.headers().first("smithy-protocol").orElse("");
        if (!declared.equals("rpc-v2-cbor") && !contentType.startsWith("application/cbor")) {
            return null;
        }
        var prefix = path.group(1);
        var service = BY_TARGET.get(prefix.substring(prefix.lastIndexOf('.') + 1));
        return route(Protocol.RPC_V2_CBOR, service, path.group(2));
    }

    private @Nullable Route target() {
        var target = request.headers().first("x-amz-target").orElse("");
        if (target.isEmpty()) {
            return null;
        }
        var dot = target.lastIndexOf('.');
        var service = BY_TARGET.get(target.substring(0, Math.max(dot, 0)));
        return route(targetProtocol(service), service, target.substring(dot + 1));
    }

    private Protocol targetProtocol(@Nullable AwsService service) {
        if (contentType.startsWith(Protocol.JSON_1_0.contentType())) {
            return Protocol.JSON_1_0;
        }
        if (contentType.startsWith(Protocol.CBOR_1_1.contentType())) {
            return Protocol.CBOR_1_1;
        }
        return service == AwsService.CLOUDWATCH
                        && !contentType.startsWith(Protocol.JSON_1_1.contentType())
                ? Protocol.JSON_1_0
                : Protocol.JSON_1_1;
    }

    private @Nullable Route action() {
        var form =
                QueryForm.find(request.rawQuery(), "Action").isPresent()
                        ? request.rawQuery()
                        : formBody();
        var action = QueryForm.find(form, "Action").orElse(null);
        if (action == null) {
            return null;
        }
        var service =
                QueryForm.find(form, "Version")
                        .flatMap(version -> Optional.ofNullable(BY_QUERY_VERSION.get(version)))
                        .or(() -> scope(request).filter(s -> !s.queryVersion().isEmpty()))
                        .or(() ->
                                QueryForm.find(form, "Version").isEmpty()
                                        ? onlyOneWith(action)
                                        : Optional.empty())
                        .orElse(null);
        return route(Protocol.QUERY, service, action);
    }

    // SNS's links in mails have neither version nor signature: `/?Action=ConfirmSubscription&…`.
    private static Optional<AwsService> onlyOneWith(String action) {
        var services =
                Stream.of(AwsService.values())
                        .filter(s -> !s.queryVersion().isEmpty())
                        .filter(s -> AwsModel.find(s, action).isPresent())
                        .toList();
        return services.size() == 1 ? Optional.of(services.getFirst()) : Optional.empty();
    }

    private String formBody() {
        if (contentType.contains("json") || contentType.contains("cbor")) {
            return "";
        }
        try {
            return QueryForm.ofBody(
                    AwsWire.isGzip(request)
                            ? Gzip.prefix(request.body(), ACTION_PREFIX_BYTES)
                            : request.body());
        } catch (AwsError _) {
            return "";
        }
    }

    private @Nullable Route rest() {
        return scope(request)
                .flatMap(service ->
                        service.restRoutes()
                                .match(request.method(), request.rawPath())
                                .map(m -> route(Protocol.REST_JSON, service, m.operation())))
                .orElse(null);
    }

    private Route nothing() {
        var service = scope(request).orElse(null);
        var protocol =
                service != null
                        ? service.preferredProtocol()
                        : contentType.contains("json") ? Protocol.JSON_1_1 : Protocol.QUERY;
        return route(protocol, service, "");
    }

    private Route route(Protocol protocol, @Nullable AwsService service, String operation) {
        var name = operation.length() > MAX_NAME ? operation.substring(0, MAX_NAME) : operation;
        var queryMode =
                request.headers().first("x-amzn-query-mode").filter("true"::equals).isPresent();
        var known =
                service != null && service.protocols().contains(protocol)
                        ? AwsModel.find(service, name)
                        : Optional.<AwsOperation>empty();
        return new Route(protocol, Optional.ofNullable(service), name, known, queryMode);
    }

    /// The service of the signature's scope, whether or not the signature holds.
    private static Optional<AwsService> scope(WireRequest request) {
        return CredentialScope.of(request).flatMap(s -> AwsService.ofSigningName(s.service()));
    }
}
