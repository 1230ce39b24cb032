package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// A compiled `grok` expression: `%{NAME:field}` among regular expressions. It matches a whole text or
/// does not.
final class GrokPattern {
    /// AWS: characters.
    static final int MAX_LENGTH = 512;

    /// AWS: `%{…}` in an expression.
    static final int MAX_REFERENCES = 20;

    /// What an expression may compile to: bounds the work per character.
    private static final int MAX_PROGRAM = 20_000;

    private static final int MAX_NESTING = 10;
    private static final Pattern REFERENCE =
            Pattern.compile("%\\{([A-Z0-9_]+)(?::([^{}:]+))?(:[^{}]*)?\\}");

    /// Ours are not to be confused with the user's.
    private static final Pattern NAMED_GROUP = Pattern.compile("\\(\\?P?<[A-Za-z]");

    private final Pattern pattern;
    private final List<Capture> captures;

    /// @param quoted the value's quotes are no part of it
    private record Capture(FieldPath field, int group, boolean quoted) {}

    private GrokPattern(Pattern pattern, List<Capture> captures) {
        this.pattern = pattern;
        this.captures = List.copyOf(captures);
    }

    /// @throws IllegalArgumentException what is wrong with it, for its author
    static GrokPattern compile(String match) {
        if (NAMED_GROUP.matcher(match).find()) {
            throw new IllegalArgumentException("Custom patterns are not supported");
        }
        checkUses(match);
        var expansion = new Expansion();
        var regex = expansion.expand(match, 0);
        try {
            var pattern = Pattern.compile(regex);
            if (pattern.programSize() > MAX_PROGRAM) {
                throw new IllegalArgumentException("The pattern is too complex");
            }
            var groups = pattern.namedGroups();
            var captures = new ArrayList<Capture>();
            for (var i = 0; i < expansion.fields.size(); i++) {
                var group = groups.get("f" + i);
                if (group != null) {
                    captures.add(
                            new Capture(
                                    FieldPath.of(expansion.fields.get(i)),
                                    group,
                                    expansion.quoted.get(i)));
                }
            }
            return new GrokPattern(pattern, captures);
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException(wrong.getDescription(), wrong);
        }
    }

    private static void checkUses(String match) {
        var uses = new HashMap<String, Integer>();
        var references = REFERENCE.matcher(match);
        var count = 0;
        @Nullable String line = null;
        var after = 0;
        while (references.find()) {
            var name = references.group(1);
            if (references.group(3) != null) {
                throw new IllegalArgumentException("Type conversion is not supported");
            }
            if (!GrokLibrary.has(name)) {
                throw new IllegalArgumentException("Unknown grok pattern: " + name);
            }
            if (++count > MAX_REFERENCES) {
                throw new IllegalArgumentException(
                        "More than " + MAX_REFERENCES + " grok patterns are used");
            }
            if (uses.merge(name, 1, Integer::sum) > GrokLibrary.maxUses(name)) {
                throw new IllegalArgumentException(
                        name + " is used more than " + GrokLibrary.maxUses(name) + " times");
            }
            if (line != null && (!GrokLibrary.REST.contains(name) || ++after > 1)) {
                throw new IllegalArgumentException(
                        "Only one DATA or GREEDYDATA may follow " + line);
            }
            if (GrokLibrary.LINES.contains(name)) {
                if (references.start() != 0) {
                    throw new IllegalArgumentException(name + " must be the first pattern");
                }
                line = name;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("No grok pattern is used");
        }
    }

    /// The named patterns put in, fields becoming groups `f0`, `f1` and so on.
    private static final class Expansion {
        private final List<String> fields = new ArrayList<>();
        private final List<Boolean> quoted = new ArrayList<>();

        String expand(String match, int depth) {
            if (depth > MAX_NESTING) {
                throw new IllegalStateException("grok patterns in a circle");
            }
            var references = REFERENCE.matcher(match);
            var regex = new StringBuilder();
            var at = 0;
            while (references.find()) {
                regex.append(match, at, references.start());
                var name = references.group(1);
                var field = references.group(2);
                regex.append('(');
                if (field == null) {
                    regex.append("?:");
                } else {
                    regex.append("?P<f").append(add(field, name)).append('>');
                }
                regex.append(expand(GrokLibrary.pattern(name), depth + 1)).append(')');
                at = references.end();
            }
            return regex.append(match, at, match.length()).toString();
        }

        private int add(String field, String name) {
            if (!FieldPath.isPath(field)) {
                throw new IllegalArgumentException("Invalid field name: " + field);
            }
            fields.add(field);
            quoted.add(name.equals("QUOTEDSTRING"));
            return fields.size() - 1;
        }
    }

    /// Puts the fields of a text that matches as a whole; the first of equal names stays.
    boolean parse(String text, ObjectNode into) {
        var matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        for (var capture : captures) {
            var value = matcher.group(capture.group());
            if (value != null) {
                var shown =
                        capture.quoted() && value.length() >= 2
                                ? value.substring(1, value.length() - 1)
                                : value;
                capture.field().set(into, JsonNodeFactory.instance.textNode(shown), false);
            }
        }
        return true;
    }
}
