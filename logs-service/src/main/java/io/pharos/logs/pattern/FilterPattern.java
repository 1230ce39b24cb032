package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.util.List;

/// A filter pattern, compiled once and matched against any number of messages from any thread. The
/// first character that is not blank decides the mode: `{` JSON, `[` space-delimited, none matches
/// everything, anything else is terms. Always case-sensitive.
///
/// Matching never fails and its time is linear in the message for a given pattern.
/// Source: CloudWatch Logs user guide, "Filter pattern syntax".
public final class FilterPattern {
    /// AWS: characters in a pattern.
    public static final int MAX_LENGTH = 1024;

    /// Which language a pattern is written in.
    public enum Mode {
        EVERYTHING,
        TERMS,
        DELIMITED,
        JSON
    }

    private final String text;
    private final Mode mode;
    private final Matcher matcher;

    private FilterPattern(String text, Mode mode, Matcher matcher) {
        this.text = text;
        this.mode = mode;
        this.matcher = matcher;
    }

    /// @throws InvalidParameterException with AWS's text when the pattern is not one
    public static FilterPattern parse(String pattern) {
        return parse(pattern, List.of());
    }

    /// A pattern whose matches also answer for `references`, found in the same pass.
    ///
    /// @throws InvalidParameterException with AWS's text when the pattern is not one
    public static FilterPattern parse(String pattern, List<FieldReference> references) {
        if (pattern.codePointCount(0, pattern.length()) > MAX_LENGTH) {
            throw PatternFault.of(
                    "1 validation error detected: Value '"
                            + pattern
                            + "' at 'filterPattern' failed to satisfy constraint: Member must have"
                            + " length less than or equal to "
                            + MAX_LENGTH);
        }
        var body = pattern.strip();
        if (body.isEmpty()) {
            return new FilterPattern(pattern, Mode.EVERYTHING, TermMatcher.EVERYTHING);
        }
        return switch (body.charAt(0)) {
            case '{' ->
                    new FilterPattern(
                            pattern,
                            Mode.JSON,
                            JsonMatcher.of(JsonPatternParser.parse(body), references));
            case '[' -> new FilterPattern(pattern, Mode.DELIMITED, DelimitedParser.parse(body));
            default -> new FilterPattern(pattern, Mode.TERMS, TermParser.parse(body));
        };
    }

    /// As it was given.
    public String text() {
        return text;
    }

    public Mode mode() {
        return mode;
    }

    /// How many `%…%` it holds; AWS bounds the filters of a group that have any.
    public int regexCount() {
        return matcher.regexCount();
    }

    /// Texts that every matching message contains, as far as they are known: what a search may use to
    /// skip messages unread.
    public List<String> requiredTexts() {
        return matcher.requiredTexts();
    }

    /// Whether a match can name this field: `$name` of a slot (any number in delimited patterns),
    /// `$.path` in JSON patterns.
    public boolean canRefer(FieldReference reference) {
        return matcher.canRefer(reference);
    }

    public boolean matches(String message) {
        return matcher.matches(message);
    }

    /// The match with its fields; null when the message does not match.
    public @Nullable FilterMatch match(String message) {
        return matcher.match(message);
    }

    @Override
    public String toString() {
        return text;
    }
}
