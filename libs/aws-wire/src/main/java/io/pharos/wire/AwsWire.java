package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricWidgetImageRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricWidgetImageResponse;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// AWS's protocols: request bytes to the SDK's shapes, the SDK's shapes to answer bytes.
///
/// A front door does, in this order: [#route], [SignatureVerifier#verify], [#decode], the call,
/// [#encode]; whatever is thrown on the way goes to [#encodeError]. Thread-safe.
public final class AwsWire {
    /// A header of an answer, taken from the answer's own [SdkResponse#sdkHttpResponse].
    public static final String FAILURE_MESSAGE = "X-Amzn-Failure-Message";

    /// The largest body after inflation, unless told otherwise: above every quota of our services.
    public static final int MAX_INFLATED_BYTES = 16 * 1024 * 1024;

    /// Operations with an empty output structure rather than none, where Query shows the difference:
    /// `<XResult/>` or nothing.
    private static final Set<String> EMPTY_RESULTS =
            Set.of(
                    "autoscaling:AttachLoadBalancerTargetGroups",
                    "autoscaling:AttachLoadBalancers",
                    "autoscaling:AttachTrafficSources",
                    "autoscaling:CompleteLifecycleAction",
                    "autoscaling:DeleteLifecycleHook",
                    "autoscaling:DeleteWarmPool",
                    "autoscaling:DetachLoadBalancerTargetGroups",
                    "autoscaling:DetachLoadBalancers",
                    "autoscaling:DetachTrafficSources",
                    "autoscaling:PutLifecycleHook",
                    "autoscaling:PutWarmPool",
                    "autoscaling:RecordLifecycleActionHeartbeat",
                    "autoscaling:SetInstanceProtection",
                    "cloudwatch:DeleteAnomalyDetector",
                    "cloudwatch:DeleteDashboards",
                    "cloudwatch:DeleteMetricStream",
                    "cloudwatch:PutInsightRule",
                    "cloudwatch:PutManagedInsightRules",
                    "cloudwatch:StartMetricStreams",
                    "cloudwatch:StopMetricStreams",
                    "cloudwatch:TagResource",
                    "cloudwatch:UntagResource",
                    "sns:CreateSMSSandboxPhoneNumber",
                    "sns:DeleteSMSSandboxPhoneNumber",
                    "sns:OptInPhoneNumber",
                    "sns:SetSMSAttributes",
                    "sns:TagResource",
                    "sns:UntagResource",
                    "sns:VerifySMSSandboxPhoneNumber");

    /// CloudWatch's own errors, where JSON and CBOR name the shape with its namespace.
    private static final String CLOUDWATCH_MODEL = "com.amazonaws.cloudwatch.v2010_08_01#";

    private static final Set<String> CLOUDWATCH_CORAL =
            Set.of(
                    "InvalidParameterCombinationException",
                    "InvalidParameterValueException",
                    "MissingRequiredParameterException");

    private final int maxInflatedBytes;

    public AwsWire() {
        this(MAX_INFLATED_BYTES);
    }

    /// @param maxInflatedBytes what a compressed body may become
    public AwsWire(int maxInflatedBytes) {
        this.maxInflatedBytes = maxInflatedBytes;
    }

    /// Finds protocol, service and operation. Never fails: what cannot be told stays empty.
    public Route route(WireRequest request) {
        return Router.route(request);
    }

    /// The body after `Content-Encoding`.
    ///
    /// @throws AwsError when it is broken, too large once inflated, or encoded in another way than gzip
    public byte[] body(WireRequest request) {
        if (isGzip(request)) {
            return Gzip.inflate(request.body(), maxInflatedBytes);
        }
        var encoding = request.headers().first("content-encoding").orElse("");
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            throw new AwsError(
                    "MalformedHttpRequestException", 400, "Unsupported Content-Encoding.");
        }
        return request.body();
    }

    static boolean isGzip(WireRequest request) {
        var encoding = request.headers().first("content-encoding").orElse("");
        return encoding.strip().equalsIgnoreCase("gzip");
    }

    /// Decodes any operation AWS's model knows, served here or not.
    ///
    /// @throws AwsError the client's fault, in AWS's words; nothing else escapes
    public Call decode(Route route, WireRequest request) {
        var operation = route.operation().orElseThrow(() -> unknown(route));
        var body = body(request);
        var builder = operation.newRequest();
        switch (route.protocol()) {
            case QUERY -> {
                var form =
                        QueryForm.find(request.rawQuery(), "Action").isPresent()
                                ? request.rawQuery()
                                : QueryForm.ofBody(body);
                QueryDecoder.fill(QueryForm.parse(form), builder);
            }
            case JSON_1_0, JSON_1_1, RPC_V2_CBOR, CBOR_1_1 ->
                    TokenDecoder.decode(body, route.protocol(), builder);
            case REST_JSON -> {
                var match =
                        operation.service().restRoutes().match(request.method(), request.rawPath());
                RestJson.decode(
                        request, body, match.orElseThrow(() -> unknown(route)).labels(), builder);
            }
        }
        return new Call(route, operation, (SdkRequest) Shape.build(builder));
    }

    private static AwsError unknown(Route route) {
        if (route.operationName().isEmpty()) {
            return route.protocol() == Protocol.QUERY
                    ? new AwsError("MissingAction", 400, "The request is missing an action.")
                    : unknownOperation("");
        }
        if (route.protocol() == Protocol.QUERY) {
            var version = route.service().map(AwsService::queryVersion).orElse("");
            return unknownOperation(
                    "Could not find operation "
                            + route.operationName()
                            + " for version "
                            + version);
        }
        return unknownOperation("Unknown operation: " + route.operationName());
    }

    /// The error for an operation that AWS has and nobody serves.
    static AwsError notBuilt(AwsOperation operation) {
        return unknownOperation("Pharos does not have the operation " + operation + ".");
    }

    private static AwsError unknownOperation(String message) {
        return new AwsError("UnknownOperationException", 404, message);
    }

    public WireResponse encode(Call call, SdkPojo response, String requestId) {
        if (call.request() instanceof GetMetricWidgetImageRequest asked
                && response instanceof GetMetricWidgetImageResponse image
                && "image/png".equals(asked.outputFormat())) {
            return bareImage(image.metricWidgetImage(), requestId);
        }
        return encode(call.route(), call.operation(), response, requestId);
    }

    /// The answer of an operation to a request that was not decoded into a [Call].
    public WireResponse encode(
            Route route, AwsOperation operation, SdkPojo response, String requestId) {
        var protocol = route.protocol();
        var headers = headers(protocol, requestId);
        failureMessage(response).ifPresent(message -> headers.add(FAILURE_MESSAGE, message));
        var status = 200;
        var body =
                switch (protocol) {
                    case QUERY ->
                            Xml.response(
                                    operation.name(),
                                    operation.service().xmlNamespace(),
                                    response,
                                    hasResult(operation, response),
                                    requestId);
                    case JSON_1_0, JSON_1_1, RPC_V2_CBOR, CBOR_1_1 ->
                            isEmptyBody(operation, response)
                                    ? new byte[0]
                                    : TokenEncoder.encode(
                                            response, TokenEncoder.Dialect.of(protocol));
                    case REST_JSON -> {
                        status = RestJson.status(response);
                        yield RestJson.encode(response, headers);
                    }
                };
        return new WireResponse(status, headers.build(), body);
    }

    /// What an operation says of a request that it took in part.
    private static Optional<String> failureMessage(SdkPojo response) {
        return response instanceof SdkResponse answer && answer.sdkHttpResponse() != null
                ? answer.sdkHttpResponse().firstMatchingHeader(FAILURE_MESSAGE)
                : Optional.empty();
    }

    /// AWS: this format answers no document but the picture itself, in any protocol.
    private static WireResponse bareImage(SdkBytes image, String requestId) {
        var headers =
                Headers.builder()
                        .add("x-amzn-RequestId", requestId)
                        .add("Content-Type", "image/png");
        return new WireResponse(200, headers.build(), image.asByteArray());
    }

    private static boolean hasResult(AwsOperation operation, SdkPojo response) {
        return !response.sdkFields().isEmpty() || EMPTY_RESULTS.contains(operation.action());
    }

    /// Logs answers operations without output with no bytes at all.
    private static boolean isEmptyBody(AwsOperation operation, SdkPojo response) {
        return operation.service() == AwsService.LOGS && response.sdkFields().isEmpty();
    }

    /// The answer of an operation that streams: its events as frames, for as long as it goes on.
    public WireResponse encode(Call call, EventStream stream, String requestId) {
        var headers =
                Headers.builder()
                        .add("x-amzn-RequestId", requestId)
                        .add("Content-Type", EventFrames.CONTENT_TYPE);
        return new WireResponse(
                200,
                headers.build(),
                EventFrames.initialResponse(call.protocol()),
                new EventFrames(stream, call.operation()));
    }

    /// Any failure as the client is to see it. What is neither an [AwsError] nor an exception of the
    /// service's own model becomes `InternalFailure`, without a detail.
    public WireResponse encodeError(Route route, Throwable failure, String requestId) {
        return switch (failure) {
            case AwsError error ->
                    error(
                            route,
                            ErrorShape.of(error),
                            message(error.getMessage()),
                            error,
                            requestId);
            case AwsServiceException error when isOfModel(route, error) ->
                    modelled(route, error, requestId);
            default -> error(route, ErrorShape.INTERNAL_FAILURE, "", failure, requestId);
        };
    }

    private static boolean isOfModel(Route route, AwsServiceException error) {
        return route.operation()
                .filter(operation ->
                        operation.requestType().getPackage().equals(error.getClass().getPackage()))
                .isPresent();
    }

    private static WireResponse modelled(Route route, AwsServiceException error, String requestId) {
        var service = route.service().orElseThrow();
        var answered = error.awsErrorDetails();
        if (answered != null && isBaseException(error)) {
            var relayed =
                    new AwsError(
                            Objects.requireNonNullElse(answered.errorCode(), "InternalFailure"),
                            error.statusCode(),
                            message(answered.errorMessage()));
            return error(
                    route,
                    ErrorShape.of(relayed),
                    message(relayed.getMessage()),
                    relayed,
                    requestId);
        }
        if (isBaseException(error)) {
            return error(route, ErrorShape.INTERNAL_FAILURE, "", error, requestId);
        }
        var shape = ErrorShape.of(service, route.operationName(), error);
        var text = answered == null ? error.rawMessage() : answered.errorMessage();
        return error(route, shape, message(text), error, requestId);
    }

    /// Whether this is the service's catch-all, which no model names: `CloudWatchException`.
    private static boolean isBaseException(AwsServiceException error) {
        return error.getClass().getSuperclass() == AwsServiceException.class;
    }

    private static String message(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Query says this one in other words.
    private static String queryMessage(ErrorShape shape, String message) {
        return shape.queryCode().equals("MissingAuthenticationToken")
                ? "Request is missing Authentication Token"
                : message;
    }

    private static WireResponse error(
            Route route, ErrorShape shape, String message, Throwable failure, String requestId) {
        var protocol = route.protocol();
        var headers = headers(protocol, requestId);
        if (protocol == Protocol.QUERY) {
            var namespace = route.service().map(AwsService::xmlNamespace).orElse("");
            var body =
                    Xml.error(
                            namespace,
                            shape.isClientFault(),
                            shape.queryCode(),
                            queryMessage(shape, message),
                            requestId);
            return new WireResponse(shape.queryStatus(), headers.build(), body);
        }
        var modelledStatus = route.queryMode() || protocol == Protocol.REST_JSON;
        if (route.queryMode()) {
            headers.add(
                    "x-amzn-query-error",
                    shape.queryCode() + (shape.isClientFault() ? ";Sender" : ";Receiver"));
        }
        if (protocol == Protocol.REST_JSON) {
            headers.add("x-amzn-ErrorType", shape.type());
        }
        var body =
                TokenEncoder.encodeError(
                        namespaced(route.service(), shape, failure),
                        message,
                        failure instanceof SdkPojo details ? details : null,
                        TokenEncoder.Dialect.of(protocol));
        return new WireResponse(
                modelledStatus ? shape.queryStatus() : shape.jsonStatus(), headers.build(), body);
    }

    private static String namespaced(
            Optional<AwsService> service, ErrorShape shape, Throwable failure) {
        if (service.filter(AwsService.CLOUDWATCH::equals).isEmpty()) {
            return shape.type();
        }
        if (shape.type().equals("ValidationException")) {
            return "com.amazon.coral.validate#" + shape.type();
        }
        var modelled = failure instanceof SdkPojo && !CLOUDWATCH_CORAL.contains(shape.type());
        return (modelled ? CLOUDWATCH_MODEL : "com.amazon.coral.service#") + shape.type();
    }

    private static Headers.Builder headers(Protocol protocol, String requestId) {
        var headers =
                Headers.builder()
                        .add("x-amzn-RequestId", requestId)
                        .add("Content-Type", protocol.contentType());
        if (protocol == Protocol.RPC_V2_CBOR) {
            headers.add("smithy-protocol", "rpc-v2-cbor");
        }
        return headers;
    }
}
