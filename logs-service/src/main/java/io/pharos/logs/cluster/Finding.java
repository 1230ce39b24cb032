package io.pharos.logs.cluster;

import io.pharos.logs.cluster.TextPattern.Severity;

import java.util.Locale;

/// Why a pattern is unusual.
///
/// @param score how far from what is usual, 0 to 1
public record Finding(Kind kind, Priority priority, double score, String description) {
    /// In what way it is unusual.
    public enum Kind {
        NEW,
        MORE,
        GONE
    }

    /// AWS's priorities.
    public enum Priority {
        HIGH,
        MEDIUM,
        LOW
    }

    /// By what its words say, and by how far it is from what is usual.
    static Finding of(Kind kind, Severity severity, double score, long now, double before) {
        var priority =
                switch (severity) {
                    case ERROR -> kind == Kind.GONE ? Priority.LOW : Priority.HIGH;
                    case WARN -> kind == Kind.GONE ? Priority.LOW : Priority.MEDIUM;
                    case INFO -> score >= Usual.FAR ? Priority.MEDIUM : Priority.LOW;
                };
        var description =
                switch (kind) {
                    case NEW -> "A pattern that was not seen before occurred " + times(now);
                    case MORE ->
                            String.format(
                                    Locale.ROOT,
                                    "The pattern occurred %s, usually %.1f times",
                                    times(now),
                                    before);
                    case GONE ->
                            String.format(
                                    Locale.ROOT,
                                    "The pattern did not occur, usually it does %.1f times",
                                    before);
                };
        return new Finding(kind, priority, score, description);
    }

    private static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }
}
