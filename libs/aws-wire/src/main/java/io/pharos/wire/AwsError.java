package io.pharos.wire;

/// An error of AWS's that no SDK exception models, as the client is to see it. Modelled errors are
/// thrown as the SDK's own exception, built with its message.
public final class AwsError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final int status;

    /// @param code the shape name as JSON clients see it, e.g. `ValidationException`; the Query form
    ///     (`ValidationError`) follows from it
    public AwsError(String code, int status, String message) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
    }

    /// A request that breaks the model's or the operation's constraints: `ValidationException` in
    /// JSON and CBOR, `ValidationError` in Query.
    public static AwsError validation(String message) {
        return new AwsError("ValidationException", 400, message);
    }

    /// Too many requests for now; the client is to try again later.
    public static AwsError throttling(String message) {
        return new AwsError("ThrottlingException", 400, message);
    }

    /// Accepted by AWS, not built here: refused, never ignored.
    public static AwsError unsupported(String message) {
        return new AwsError("UnsupportedOperationException", 400, message);
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    public boolean isClientFault() {
        return status < 500;
    }
}
