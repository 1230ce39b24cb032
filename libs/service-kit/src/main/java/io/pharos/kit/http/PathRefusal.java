package io.pharos.kit.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;

import io.pharos.wire.AwsError;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/// A failure as the client of a [PathApi] is to see it: AWS's code in `x-amzn-ErrorType`, the body in
/// the protocol's own form. OTLP: a `google.rpc.Status` encoded as the request was. Remote-write: text.
/// Queries: Prometheus's JSON. The JSON doors for logs: an object with a message. 429 and 503 say when to come back, so that clients retry.
final class PathRefusal {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final String RETRY_AFTER_SECONDS = "1";

    private PathRefusal() {}

    static WireResponse of(
            AwsWire wire, PathApi api, WireRequest request, Throwable failure, String requestId) {
        var told = wire.encodeError(api.route(), failure, requestId);
        var throttled =
                failure instanceof AwsError error && error.code().equals("ThrottlingException");
        var unknown = failure instanceof AwsError error && error.status() == UNAUTHORIZED;
        var status = throttled ? TOO_MANY_REQUESTS : unknown ? UNAUTHORIZED : told.status();
        var json = isJson(request);
        var headers = Headers.builder().add("x-amzn-RequestId", requestId);
        told.headers()
                .first("x-amzn-ErrorType")
                .ifPresent(code -> headers.add("x-amzn-ErrorType", code));
        if (status == TOO_MANY_REQUESTS || status == UNAVAILABLE) {
            headers.add("Retry-After", RETRY_AFTER_SECONDS);
        }
        headers.add(
                "Content-Type",
                switch (api) {
                    case OTLP_METRICS, OTLP_LOGS ->
                            json ? "application/json" : "application/x-protobuf";
                    case REMOTE_WRITE -> "text/plain; charset=utf-8";
                    case PROMQL, LOG_COLLECTOR, LOG_BULK, LOG_JSON -> "application/json";
                });
        var message = message(failure);
        var body =
                switch (api) {
                    case OTLP_METRICS, OTLP_LOGS ->
                            json ? statusJson(status, message) : status(status, message);
                    case REMOTE_WRITE -> (message + "\n").getBytes(StandardCharsets.UTF_8);
                    case PROMQL -> prometheus(status, message);
                    case LOG_COLLECTOR, LOG_BULK, LOG_JSON ->
                            JSON.createObjectNode()
                                    .put("message", message)
                                    .toString()
                                    .getBytes(StandardCharsets.UTF_8);
                };
        return new WireResponse(status, headers.build(), body);
    }

    private static boolean isJson(WireRequest request) {
        return request.headers()
                .first("content-type")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .startsWith("application/json");
    }

    private static String message(Throwable failure) {
        return switch (failure) {
            case AwsError error -> Objects.requireNonNullElse(error.getMessage(), "");
            case AwsServiceException modelled ->
                    modelled.awsErrorDetails() != null
                            ? Objects.requireNonNullElse(
                                    modelled.awsErrorDetails().errorMessage(), "")
                            : Objects.requireNonNullElse(modelled.rawMessage(), "");
            default -> "The request processing has failed because of an unknown error.";
        };
    }

    /// `google.rpc.Status`: code 1, message 2.
    private static byte[] status(int status, String message) {
        return UnknownFieldSet.newBuilder()
                .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(rpcCode(status)).build())
                .addField(
                        2,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8(message))
                                .build())
                .build()
                .toByteArray();
    }

    private static byte[] statusJson(int status, String message) {
        return JSON.createObjectNode()
                .put("code", rpcCode(status))
                .put("message", message)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /// `google.rpc.Code`, by its own table of HTTP statuses.
    private static int rpcCode(int status) {
        return switch (status) {
            case 400, 405, 413, 415 -> 3;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 5;
            case TOO_MANY_REQUESTS -> 8;
            case UNAVAILABLE -> 14;
            default -> status < 500 ? 9 : 13;
        };
    }

    private static byte[] prometheus(int status, String message) {
        var type =
                switch (status) {
                    case 400, 405, 413 -> "bad_data";
                    case 401, 403 -> "forbidden";
                    case 404 -> "not_found";
                    case TOO_MANY_REQUESTS, UNAVAILABLE -> "unavailable";
                    default -> "internal";
                };
        return JSON.createObjectNode()
                .put("status", "error")
                .put("errorType", type)
                .put("error", message)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
