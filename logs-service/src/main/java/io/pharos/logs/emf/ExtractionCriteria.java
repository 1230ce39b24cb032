package io.pharos.logs.emf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.LogsError;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Of which groups a policy makes no metrics: `LogGroupName IN ["a", "b"]`,
/// `LogGroupNamePrefix NOT IN ["/aws/"]`.
///
/// @param isPrefix whether the values are what names start with, or names
/// @param isIn whether it is about these groups, or about all others
/// @param values none, and not in: all groups
public record ExtractionCriteria(boolean isPrefix, boolean isIn, List<String> values) {
    /// Without criteria.
    public static final ExtractionCriteria ALL = new ExtractionCriteria(true, false, List.of());

    /// AWS: of one list.
    private static final int MAX_VALUES = 50;

    private static final Pattern CRITERIA =
            Pattern.compile(
                    "\\s*LogGroupName(Prefix)?\\s+(NOT\\s+)?IN\\s*(\\[.*])\\s*", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("[.\\-_/#A-Za-z0-9]{1,512}");
    private static final ObjectMapper JSON = new ObjectMapper();

    public ExtractionCriteria {
        values = List.copyOf(values);
    }

    /// @param criteria null: all groups
    /// @throws RuntimeException AWS's error when it is none
    public static ExtractionCriteria parse(@Nullable String criteria) {
        if (criteria == null || criteria.isBlank()) {
            return ALL;
        }
        var parts = CRITERIA.matcher(criteria);
        if (!parts.matches()) {
            throw malformed();
        }
        var values = new ArrayList<String>();
        try {
            for (var value : JSON.readTree(parts.group(3))) {
                if (!value.isTextual() || !NAME.matcher(value.asText()).matches()) {
                    throw malformed();
                }
                values.add(value.asText());
            }
        } catch (JsonProcessingException e) {
            throw malformed();
        }
        if (values.isEmpty() || values.size() > MAX_VALUES) {
            throw LogsError.invalid(
                    "The selectionCriteria must have 1 to " + MAX_VALUES + " values.");
        }
        return new ExtractionCriteria(parts.group(1) != null, parts.group(2) == null, values);
    }

    private static RuntimeException malformed() {
        return LogsError.invalid(
                "The selectionCriteria must be of the form LogGroupName IN [\"name\", ...],"
                        + " LogGroupName NOT IN, LogGroupNamePrefix IN or LogGroupNamePrefix NOT IN.");
    }

    public boolean covers(String logGroup) {
        return isIn == values.stream().anyMatch(value -> has(value, logGroup, false));
    }

    /// Whether AWS has no two policies of these. One for all groups is alone, and so is one with `NOT IN`
    /// among its like; one with `IN` goes with it when all it is about is left out by it.
    public boolean overlaps(ExtractionCriteria other) {
        if (!isIn && !other.isIn) {
            return true;
        }
        if (isIn && other.isIn) {
            return values.stream()
                    .anyMatch(value ->
                            other.values.stream()
                                    .anyMatch(theirs ->
                                            has(value, theirs, other.isPrefix)
                                                    || other.has(theirs, value, isPrefix)));
        }
        var all = isIn ? other : this;
        var some = isIn ? this : other;
        return !some.values.stream()
                .allMatch(value ->
                        all.values.stream().anyMatch(wide -> all.has(wide, value, some.isPrefix)));
    }

    /// Whether one of the values has all that another name, or all names with that start, mean.
    private boolean has(String value, String name, boolean isStart) {
        return isPrefix ? name.startsWith(value) : !isStart && name.equals(value);
    }
}
