package io.pharos.logs.block;

import org.jspecify.annotations.Nullable;

import java.util.Collection;

/// Which blocks a reader wants: those of a group that may have events from `fromMs` to `untilMs`, both
/// inclusive.
///
/// @param streamIds null: any stream of the group
/// @param onward by their first event ascending; else by their last one descending
public record BlockSelection(
        long groupId,
        long fromMs,
        long untilMs,
        @Nullable Collection<Long> streamIds,
        boolean onward) {}
