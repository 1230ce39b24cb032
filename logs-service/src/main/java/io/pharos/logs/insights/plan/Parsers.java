package io.pharos.logs.insights.plan;

import com.google.re2j.Pattern;

import io.pharos.logs.insights.SafeRegex;
import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `parse` makes of a text: a list of values, one for each name; null when it does not match.
final class Parsers {
    /// Matches that `multi` collects of one text.
    static final int MAX_MATCHES = 1_000;

    private Parsers() {}

    /// Each star takes as little as it can, the last one all there is.
    static Eval glob(Eval source, String pattern) {
        var literals = pattern.split("\\*", -1);
        return row -> {
            var text = Values.text(source.value(row));
            return text == null ? null : glob(text, literals);
        };
    }

    private static @Nullable List<String> glob(String text, String[] literals) {
        var start = text.indexOf(literals[0]);
        if (start < 0) {
            return null;
        }
        var at = start + literals[0].length();
        var found = new String[literals.length - 1];
        for (var i = 1; i < literals.length; i++) {
            var isLast = i == literals.length - 1;
            var end =
                    isLast && literals[i].isEmpty() ? text.length() : text.indexOf(literals[i], at);
            if (end < 0) {
                return null;
            }
            found[i - 1] = text.substring(at, end);
            at = end + literals[i].length();
        }
        return Arrays.asList(found);
    }

    static Eval regex(Eval source, String regex, List<String> names, boolean multi) {
        var pattern = SafeRegex.compile(regex);
        var groups = names.stream().mapToInt(name -> pattern.namedGroups().get(name)).toArray();
        return row -> {
            var text = Values.text(source.value(row));
            if (text == null) {
                return null;
            }
            return multi ? all(pattern, text, groups) : first(pattern, text, groups);
        };
    }

    private static @Nullable List<@Nullable String> first(
            Pattern pattern, String text, int[] groups) {
        var matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        var found = new ArrayList<@Nullable String>(groups.length);
        for (var group : groups) {
            found.add(matcher.group(group));
        }
        return found;
    }

    private static @Nullable List<List<@Nullable String>> all(
            Pattern pattern, String text, int[] groups) {
        var found = new ArrayList<List<@Nullable String>>(groups.length);
        for (var i = 0; i < groups.length; i++) {
            found.add(new ArrayList<>());
        }
        var matcher = pattern.matcher(text);
        var matches = 0;
        while (matches < MAX_MATCHES && matcher.find()) {
            for (var i = 0; i < groups.length; i++) {
                found.get(i).add(matcher.group(groups[i]));
            }
            matches++;
        }
        return matches == 0 ? null : found;
    }

    /// `a=1 b="two words"` as a map.
    static Eval logfmt(Eval source) {
        return row -> {
            var text = Values.text(source.value(row));
            return text == null ? null : logfmt(text);
        };
    }

    private static Map<String, String> logfmt(String text) {
        var map = new LinkedHashMap<String, String>();
        var at = 0;
        while (at < text.length()) {
            if (text.charAt(at) <= ' ') {
                at++;
                continue;
            }
            var start = at;
            while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '=') {
                at++;
            }
            var key = text.substring(start, at);
            if (at == text.length() || text.charAt(at) != '=') {
                continue; // a word without a value
            }
            at++;
            var end = valueEnd(text, at);
            var value = text.substring(at, end);
            var isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
            map.put(
                    key,
                    isQuoted
                            ? value.substring(1, value.length() - 1).replace("\\\"", "\"")
                            : value);
            at = end;
        }
        return map;
    }

    private static int valueEnd(String text, int from) {
        var at = from;
        if (at < text.length() && text.charAt(at) == '"') {
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            return Math.min(text.length(), at + 1);
        }
        while (at < text.length() && text.charAt(at) > ' ') {
            at++;
        }
        return at;
    }

    /// Values between commas, in quotes where they have some.
    static Eval csv(Eval source) {
        return row -> {
            var text = Values.text(source.value(row));
            return text == null ? null : csv(text);
        };
    }

    private static List<String> csv(String text) {
        var values = new ArrayList<String>();
        var value = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (isQuoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                value.append(c);
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ',' && !isQuoted) {
                values.add(value.toString());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        values.add(value.toString());
        return values;
    }

    /// One of the values.
    static Eval part(Eval parsed, int index) {
        return row ->
                parsed.value(row) instanceof List<?> values && index < values.size()
                        ? values.get(index)
                        : null;
    }
}
