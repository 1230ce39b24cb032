package io.pharos.logs.filter;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.pattern.FilterPattern;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// AWS's constraints on the members that all filters have.
public final class FilterRules {
    /// AWS: filters of a group, of both kinds together, that may hold a regular expression.
    public static final int MAX_REGEX_FILTERS = 5;

    /// Filters in one page of a description, and how many there are when nobody says.
    public static final int MAX_PAGE = 50;

    private static final int MAX_NAME = 512;
    private static final Pattern NAME = Pattern.compile("[^:*]*", Pattern.DOTALL);

    private FilterRules() {}

    /// The names of a filter and its group, both required.
    public static LogConstraints named(@Nullable String logGroup, @Nullable String filterName) {
        var check = LogConstraints.check().requiredGroupName(logGroup);
        check.constraints().required("filterName", filterName);
        name(check, "filterName", filterName);
        return check;
    }

    public static void name(LogConstraints check, String path, @Nullable String filterName) {
        check.constraints().pattern(path, filterName, NAME).length(path, filterName, 1, MAX_NAME);
        text(check, path, filterName);
    }

    public static void pattern(LogConstraints check, @Nullable String filterPattern) {
        check.constraints()
                .required("filterPattern", filterPattern)
                .length("filterPattern", filterPattern, 0, FilterPattern.MAX_LENGTH);
        text(check, "filterPattern", filterPattern);
    }

    /// Half characters and NUL are no text that can be kept.
    public static void text(LogConstraints check, String path, @Nullable String text) {
        check.constraints()
                .satisfied(
                        text == null || text.codePoints().allMatch(FilterRules::isCharacter),
                        path,
                        path,
                        "Member must be well-formed text");
    }

    private static boolean isCharacter(int codePoint) {
        return codePoint != 0
                && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    }
}
