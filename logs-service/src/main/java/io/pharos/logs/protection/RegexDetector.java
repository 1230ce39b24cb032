package io.pharos.logs.protection;

import com.google.re2j.Pattern;

import java.util.Arrays;

/// What a regular expression matches, in time linear in the text.
final class RegexDetector implements Detector {
    private final Pattern pattern;
    private final int group;

    /// @param group which group of it is the value; 0: all
    RegexDetector(Pattern pattern, int group) {
        this.pattern = pattern;
        this.group = group;
    }

    @Override
    public void find(byte[] text, int from, int to, Spans into) {
        var matcher = pattern.matcher(Arrays.copyOfRange(text, from, to));
        while (matcher.find()) {
            if (matcher.end(group) > matcher.start(group)) {
                into.add(from + matcher.start(group), from + matcher.end(group));
            }
        }
    }
}
