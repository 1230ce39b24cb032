package io.pharos.logs;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/// What one answer shows of a list.
///
/// @param hasMore whether there is a next page
public record Page<T>(List<T> items, boolean hasMore) {
    public Page {
        items = List.copyOf(items);
    }

    /// @param found one more than the limit, when there are so many
    public static <T> Page<T> of(List<T> found, int limit) {
        return new Page<>(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
    }

    /// The `nextToken`, made of the last that is shown; null on the last page.
    public @Nullable String next(Function<T, String> token) {
        return hasMore ? token.apply(items.getLast()) : null;
    }
}
