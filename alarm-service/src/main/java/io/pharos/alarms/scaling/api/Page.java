package io.pharos.alarms.scaling.api;

import io.pharos.alarms.api.PageToken;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.InvalidNextTokenException;

import java.util.List;
import java.util.function.Function;

/// A page of what was found.
///
/// @param nextToken null on the last page
record Page<T>(List<T> items, @Nullable String nextToken) {
    static final int DEFAULT = 50;
    static final int MAX = 100;

    /// Checks MaxRecords.
    static int limit(@Nullable Integer given, int otherwise) {
        Constraints.check().range("maxRecords", given, 1, MAX).orThrow();
        return given == null ? otherwise : given;
    }

    /// The key the page before ended with; empty for the first.
    static String after(@Nullable String token) {
        return token == null
                ? ""
                : PageToken.parse(token, 1)
                        .orElseThrow(() ->
                                InvalidNextTokenException.builder()
                                        .message("The NextToken value is not valid.")
                                        .build())
                        .getFirst();
    }

    /// @param found all from the page's begin on, or one more than fit
    static <T> Page<T> of(List<T> found, int limit, Function<T, String> key) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        var items = found.subList(0, limit);
        return new Page<>(items, PageToken.of(key.apply(items.getLast())));
    }
}
