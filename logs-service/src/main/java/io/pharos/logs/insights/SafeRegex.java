package io.pharos.logs.insights;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import java.util.ArrayDeque;

/// Regular expressions of users: RE2, so linear in the text, and small once expanded.
public final class SafeRegex {
    /// Instructions an expression may compile to: bounds the states a search keeps per character.
    static final int MAX_PROGRAM = 2_000;

    private static final int MAX_LENGTH = 4_096;

    private SafeRegex() {}

    /// @throws PatternSyntaxException when it is not one, or too large
    public static Pattern compile(String regex) {
        if (regex.length() > MAX_LENGTH || expanded(regex) > MAX_PROGRAM) {
            throw new PatternSyntaxException("expression is too large");
        }
        var pattern = Pattern.compile(regex);
        if (pattern.programSize() > MAX_PROGRAM) {
            throw new PatternSyntaxException("expression is too large");
        }
        return pattern;
    }

    /// About what `{m,n}`, nested or not, blow it up to: told before it is compiled, because compiling
    /// is what would take the memory.
    private static double expanded(String regex) {
        var outer = new ArrayDeque<Double>();
        var sum = 0.0;
        var last = 0.0;
        for (var i = 0; i < regex.length(); i++) {
            var c = regex.charAt(i);
            if (c == '(') {
                outer.push(sum + last);
                sum = 0;
                last = 0;
            } else if (c == ')' && !outer.isEmpty()) {
                last = sum + last + 1;
                sum = outer.pop();
            } else if (c == '{') {
                last *= repetitions(regex, i);
            } else {
                sum += last;
                last = 1;
                i = c == '\\' ? i + 1 : c == '[' ? classEnd(regex, i) : i;
            }
        }
        while (!outer.isEmpty()) {
            sum += outer.pop();
        }
        return sum + last;
    }

    private static int classEnd(String regex, int from) {
        for (var i = from + 2; i < regex.length(); i++) {
            if (regex.charAt(i) == '\\') {
                i++;
            } else if (regex.charAt(i) == ']') {
                return i;
            }
        }
        return from;
    }

    /// The largest number between the braces.
    private static int repetitions(String regex, int from) {
        var most = 1;
        var number = 0;
        for (var i = from + 1; i < regex.length() && regex.charAt(i) != '}'; i++) {
            var digit = regex.charAt(i) - '0';
            number = digit < 0 || digit > 9 ? 0 : Math.min(MAX_PROGRAM, number * 10 + digit);
            most = Math.max(most, number);
        }
        return most;
    }
}
