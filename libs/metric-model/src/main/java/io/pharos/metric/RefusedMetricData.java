package io.pharos.metric;

/// PutMetricData broke a rule; nothing of the request may be kept. The message is AWS's.
public final class RefusedMetricData extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Which of AWS's errors it is, by shape and by Query code.
    public enum Kind {
        MISSING_PARAMETER("MissingRequiredParameterException", "MissingParameter"),
        INVALID_VALUE("InvalidParameterValueException", "InvalidParameterValue"),
        INVALID_COMBINATION("InvalidParameterCombinationException", "InvalidParameterCombination"),
        VALIDATION("ValidationException", "ValidationError");

        private final String shape;
        private final String queryCode;

        Kind(String shape, String queryCode) {
            this.shape = shape;
            this.queryCode = queryCode;
        }

        public String shape() {
            return shape;
        }

        public String queryCode() {
            return queryCode;
        }
    }

    private final Kind kind;

    RefusedMetricData(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
