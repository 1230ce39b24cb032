package io.pharos.wire;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// How one error looks in each protocol.
///
/// @param type the shape in JSON and CBOR, without namespace
/// @param queryCode the code in Query's XML and in `x-amzn-query-error`
/// @param queryStatus the modelled status: Query, REST, and JSON and CBOR in query mode
/// @param jsonStatus the status in JSON and CBOR
record ErrorShape(String type, String queryCode, int queryStatus, int jsonStatus) {

    static final ErrorShape INTERNAL_FAILURE =
            new ErrorShape("InternalFailure", "InternalFailure", 500, 500);

    /// Errors no service models, where Query's code or a status differs from what [AwsError] says.
    /// Sources: common errors of the API references, and recorded answers.
    private static final Map<String, ErrorShape> COMMON =
            Map.ofEntries(
                    common("AccessDeniedException", "AccessDenied", 403, 400),
                    common("ExpiredTokenException", "ExpiredToken", 403, 400),
                    common("IncompleteSignatureException", "IncompleteSignature", 400, 400),
                    common("InvalidSignatureException", "SignatureDoesNotMatch", 403, 400),
                    common(
                            "MalformedHttpRequestException",
                            "MalformedHttpRequestException",
                            400,
                            400),
                    common(
                            "MissingAuthenticationTokenException",
                            "MissingAuthenticationToken",
                            403,
                            400),
                    common("OptInRequired", "OptInRequired", 403, 403),
                    common("RequestEntityTooLargeException", "RequestEntityTooLarge", 413, 413),
                    common("SerializationException", "MalformedInput", 400, 400),
                    common("ServiceUnavailableException", "ServiceUnavailable", 503, 503),
                    common("ThrottlingException", "Throttling", 400, 400),
                    common("UnknownOperationException", "InvalidAction", 400, 404),
                    common("UnrecognizedClientException", "InvalidClientTokenId", 403, 400),
                    common("UnsupportedOperationException", "UnsupportedOperation", 400, 400),
                    common("ValidationException", "ValidationError", 400, 400));

    /// The same by Query's code: what a service of ours answered another one in Query, and that lets
    /// it through, has its own name again in JSON.
    private static final Map<String, ErrorShape> COMMON_BY_QUERY_CODE =
            COMMON.values().stream()
                    .collect(Collectors.toUnmodifiableMap(ErrorShape::queryCode, e -> e));

    private static Map.Entry<String, ErrorShape> common(
            String type, String queryCode, int queryStatus, int jsonStatus) {
        return Map.entry(type, new ErrorShape(type, queryCode, queryStatus, jsonStatus));
    }

    static ErrorShape of(AwsError error) {
        var common = COMMON.getOrDefault(error.code(), COMMON_BY_QUERY_CODE.get(error.code()));
        return common != null
                ? common
                : new ErrorShape(error.code(), error.code(), error.status(), error.status());
    }

    /// @param operation CloudWatch has two errors that the SDK maps to one class; which one it is
    ///     depends on the operation
    static ErrorShape of(AwsService service, String operation, AwsServiceException error) {
        var name = error.getClass().getSimpleName();
        if (service == AwsService.CLOUDWATCH
                && name.equals("ResourceNotFoundException")
                && (operation.equals("SetAlarmState") || operation.equals("DeleteAlarms"))) {
            return new ErrorShape("ResourceNotFound", "ResourceNotFound", 404, 400);
        }
        return Objects.requireNonNullElseGet(
                ModelledErrors.find(service, name), () -> unlisted(name));
    }

    private static ErrorShape unlisted(String name) {
        var serverFault = name.startsWith("Internal") || name.startsWith("ServiceUnavailable");
        var status = serverFault ? 500 : 400;
        return new ErrorShape(name, name, status, status);
    }

    boolean isClientFault() {
        return queryStatus < 500;
    }
}
