package io.pharos.metrics.promql;

/// A query that can not be answered, in the words that its author sees.
public final class PromqlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Prometheus's classes of errors.
    public enum Kind {
        /// The query or a parameter makes no sense.
        BAD_DATA("bad_data", 400),
        /// It makes sense, but not over these series.
        EXECUTION("execution", 422),
        /// It took too long.
        TIMEOUT("timeout", 503);

        private final String errorType;
        private final int status;

        Kind(String errorType, int status) {
            this.errorType = errorType;
            this.status = status;
        }

        public String errorType() {
            return errorType;
        }

        /// Of HTTP.
        public int status() {
            return status;
        }
    }

    private final Kind kind;

    public PromqlException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    static PromqlException execution(String message) {
        return new PromqlException(Kind.EXECUTION, message);
    }

    /// A parameter of a request that can not be read.
    public static PromqlException badData(String message) {
        return new PromqlException(Kind.BAD_DATA, message);
    }

    public Kind kind() {
        return kind;
    }
}
