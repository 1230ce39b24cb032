package io.pharos.logs.insights;

import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;

/// What is wrong with a query and where, as AWS tells it.
public final class QueryFault {
    private QueryFault() {}

    /// @param start in characters from the beginning of the query
    /// @param end exclusive
    public static MalformedQueryException at(int start, int end, String message) {
        return MalformedQueryException.builder()
                .message(message)
                .queryCompileError(error ->
                        error.message(message)
                                .location(place -> place.startCharOffset(start).endCharOffset(end)))
                .build();
    }

    public static MalformedQueryException at(Expr expression, String message) {
        return at(expression.start(), expression.end(), message);
    }

    /// The query as a whole.
    public static MalformedQueryException of(String message) {
        return MalformedQueryException.builder().message(message).build();
    }
}
