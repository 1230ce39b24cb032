package io.pharos.logs.insights.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The longest plain text in each alternative of a regular expression: what a match has to contain.
/// Careful rather than clever: what is inside of groups and behind flags is not looked at.
final class RegexLiterals {
    private final String regex;
    private final List<String> longest = new ArrayList<>();
    private final StringBuilder run = new StringBuilder();
    private String best = "";
    private int at;

    private RegexLiterals(String regex) {
        this.regex = regex;
    }

    /// None: cannot tell.
    static Set<String> of(String regex) {
        if (regex.contains("(?") && !isNamedOnly(regex) || regex.contains("\\Q")) {
            return Set.of(); // flags change what letters mean
        }
        return new RegexLiterals(regex).alternatives();
    }

    private static boolean isNamedOnly(String regex) {
        for (var i = regex.indexOf("(?"); i >= 0; i = regex.indexOf("(?", i + 1)) {
            var next = i + 2 < regex.length() ? regex.charAt(i + 2) : ' ';
            if (next != 'P' && next != '<' && next != ':') {
                return false;
            }
        }
        return true;
    }

    private Set<String> alternatives() {
        while (at < regex.length()) {
            var c = regex.charAt(at);
            switch (c) {
                case '|' -> {
                    endAlternative();
                    at++;
                }
                case '(' -> {
                    endRun();
                    skipGroup();
                    skipQuantifier();
                }
                case '[' -> {
                    endRun();
                    skipClass();
                    skipQuantifier();
                }
                case '\\' -> escaped();
                case '.', '^', '$' -> {
                    endRun();
                    at++;
                    skipQuantifier();
                }
                default -> literal(c, 1);
            }
        }
        endAlternative();
        return longest.contains("") ? Set.of() : new LinkedHashSet<>(longest);
    }

    private void endRun() {
        if (run.length() > best.length()) {
            best = run.toString();
        }
        run.setLength(0);
    }

    private void endAlternative() {
        endRun();
        longest.add(best);
        best = "";
    }

    private void escaped() {
        var next = at + 1 < regex.length() ? regex.charAt(at + 1) : ' ';
        if (Character.isLetterOrDigit(next)) {
            endRun(); // \d, \x28, \n: some character
            at += 2;
            if (next == 'x' || next == 'p' || next == 'P' || Character.isDigit(next)) {
                run.setLength(0);
                best = "";
                longest.add(""); // how long it is, nobody asks
                at = regex.length();
                return;
            }
            skipQuantifier();
        } else {
            literal(next, 2);
        }
    }

    private void literal(char c, int length) {
        at += length;
        if (!isQuantifierNext()) {
            run.append(c);
            return;
        }
        if (regex.charAt(at) == '+') {
            run.append(c); // once at least
        }
        endRun();
        skipQuantifier();
    }

    private boolean isQuantifierNext() {
        return at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0;
    }

    private void skipQuantifier() {
        while (isQuantifierNext()) {
            if (regex.charAt(at) == '{') {
                var close = regex.indexOf('}', at);
                at = close < 0 ? regex.length() : close;
            }
            at++;
        }
    }

    private void skipGroup() {
        var depth = 0;
        while (at < regex.length()) {
            var c = regex.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                skipClass();
                continue;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                at++;
                return;
            }
            at++;
        }
    }

    private void skipClass() {
        at++;
        if (at < regex.length() && regex.charAt(at) == '^') {
            at++;
        }
        if (at < regex.length() && regex.charAt(at) == ']') {
            at++;
        }
        while (at < regex.length() && regex.charAt(at) != ']') {
            if (regex.charAt(at) == '\\') {
                at++;
            } else if (regex.startsWith("[:", at)) {
                var close = regex.indexOf(":]", at);
                at = close < 0 ? at : close + 1;
            }
            at++;
        }
        at++;
    }
}
