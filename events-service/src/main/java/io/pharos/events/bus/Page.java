package io.pharos.events.bus;

import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// One page of a list ordered by a text.
///
/// @param nextToken null on the last page
public record Page<T>(List<T> items, @Nullable String nextToken) {
    public static final int MAX_LIMIT = 100;

    /// How many items a request wants.
    ///
    /// @throws AwsError ValidationException outside of 1..100
    public static int limit(@Nullable Integer limit) {
        if (limit == null) {
            return MAX_LIMIT;
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw AwsError.validation(
                    "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value %s"
                            .formatted(
                                    limit,
                                    limit < 1
                                            ? "greater than or equal to 1"
                                            : "less than or equal to " + MAX_LIMIT));
        }
        return limit;
    }

    /// The last key of the page before; empty for the first page.
    ///
    /// @throws AwsError ValidationException for a token that was never given
    public static String after(@Nullable String token) {
        if (token == null) {
            return "";
        }
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException foreign) {
            throw AwsError.validation("Parameter NextToken is not valid.");
        }
    }

    /// The page out of `limit + 1` rows, of which the last only tells that there are more.
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> key) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        var items = rows.subList(0, limit);
        var token = key.apply(items.getLast()).getBytes(StandardCharsets.UTF_8);
        return new Page<>(items, Base64.getUrlEncoder().withoutPadding().encodeToString(token));
    }
}
