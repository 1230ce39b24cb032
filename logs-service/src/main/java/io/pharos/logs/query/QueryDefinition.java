package io.pharos.logs.query;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A query that is kept under a name, to be used again.
///
/// @param groups names; may be none
/// @param parameters what stands for `{{name}}` in the text, for whoever runs it to put in
public record QueryDefinition(
        UUID id,
        String name,
        String text,
        List<String> groups,
        List<Parameter> parameters,
        long modifiedMs) {
    /// AWS: of one account and region.
    public static final int MAX = 1_000;

    /// AWS: of one definition.
    public static final int MAX_PARAMETERS = 20;

    /// What names of parameters are like.
    public static final Pattern PARAMETER_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\\{\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*\\}\\}");

    /// A variable of a query.
    public record Parameter(
            String name, @Nullable String defaultValue, @Nullable String description) {}

    /// Its text with values in the places of variables; of others nothing is changed.
    public String with(Map<String, String> values) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                values.getOrDefault(found.group(1), found.group())));
    }

    /// The names of the variables in a query's text, each time it has one.
    public static List<String> placeholders(String text) {
        return PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).toList();
    }
}
