package io.pharos.logs.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Patterns of texts, found as texts come (after Drain, He et al. 2017): a text is of the pattern that
/// it shares most words with, when these are enough; words that differ become part of what changes.
/// Bounded: beyond [#MAX] patterns further texts are of one pattern. For one thread.
public final class Clusters {
    /// Patterns that are told apart.
    public static final int MAX = 2_000;

    /// The pattern of texts beyond.
    public static final TextPattern OTHERS =
            new TextPattern(List.of(new MessageTokens.Token("", "Token", false)));

    private static final double ALIKE = 0.8;
    private static final int MAX_KEYS = 10_000;
    private static final int MAX_COMPARED = 200;

    private final List<TextPattern> patterns = new ArrayList<>();
    private final Map<Shape, List<Integer>> byShape = new HashMap<>();
    private final Map<String, Integer> byKey = new HashMap<>();

    /// What all texts of a pattern have: how many tokens, and the first word.
    private record Shape(int tokens, String first) {
        static Shape of(TextPattern pattern) {
            for (var token : pattern.tokens()) {
                if (!token.isSeparator()) {
                    return new Shape(pattern.tokens().size(), token.kind() + ' ' + token.text());
                }
            }
            return new Shape(pattern.tokens().size(), "");
        }
    }

    /// Takes up a pattern that was known before.
    ///
    /// @return its number
    public int restore(TextPattern pattern) {
        patterns.add(pattern);
        byShape.computeIfAbsent(Shape.of(pattern), _ -> new ArrayList<>()).add(patterns.size() - 1);
        return patterns.size() - 1;
    }

    /// The number of the pattern of all texts with this [key][MessageTokens#key(String)]; -1: of
    /// [#OTHERS].
    public int of(String key) {
        var known = byKey.get(key);
        if (known != null) {
            return known;
        }
        var found = find(TextPattern.ofKey(key));
        if (byKey.size() >= MAX_KEYS) {
            byKey.clear(); // found again when they come again
        }
        byKey.put(key, found);
        return found;
    }

    private int find(TextPattern text) {
        var shape = Shape.of(text);
        var candidates = byShape.getOrDefault(shape, List.of());
        var best = -1;
        var mostAlike = -1.0;
        for (var i = 0; i < Math.min(MAX_COMPARED, candidates.size()); i++) {
            var candidate = patterns.get(candidates.get(i));
            var alike = alike(candidate, text);
            if (alike > mostAlike) {
                mostAlike = alike;
                best = candidates.get(i);
            }
        }
        if (best >= 0 && mostAlike >= ALIKE) {
            var wider = patterns.get(best).with(text);
            patterns.set(best, wider);
            return best;
        }
        return patterns.size() < MAX ? restore(text) : -1;
    }

    private static double alike(TextPattern pattern, TextPattern text) {
        var same = pattern.alike(text);
        if (same < 0) {
            return -1;
        }
        var words = pattern.words();
        return words == same || pattern.covers(text) ? 1 : (double) same / words;
    }

    public TextPattern pattern(int number) {
        return number < 0 ? OTHERS : patterns.get(number);
    }

    public int size() {
        return patterns.size();
    }
}
