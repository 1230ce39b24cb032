package io.pharos.logs.insights;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A query that was understood.
///
/// @param text as it was written
/// @param source null: the request names the groups
public record InsightsQuery(String text, Command.@Nullable Source source, List<Command> commands) {
    /// Of text in characters.
    public static final int MAX_LENGTH = 10_000;

    /// AWS: `stats` of a query on groups of the class `INFREQUENT_ACCESS`.
    private static final int MAX_INFREQUENT_STATS = 2;

    /// Whether groups of the class `INFREQUENT_ACCESS` can be asked so.
    public boolean isForInfrequentAccess() {
        var stats = commands.stream().filter(Command.Stats.class::isInstance).count();
        return stats <= MAX_INFREQUENT_STATS
                && commands.stream()
                        .noneMatch(command ->
                                command instanceof Command.Pattern
                                        || command instanceof Command.Diff
                                        || command instanceof Command.FilterIndex
                                        || command instanceof Command.Unmask);
    }

    /// Whether it asks to see what is protected, by its `unmask`.
    public boolean asksToUnmask() {
        return commands.stream().anyMatch(Command.Unmask.class::isInstance);
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException with the
    ///     place of what is wrong
    public static InsightsQuery parse(String text) {
        var nul = text.indexOf('\0');
        if (nul >= 0) {
            throw QueryFault.at(nul, nul + 1, "unexpected symbol found in the query");
        }
        return new QueryParser(text).query();
    }
}
