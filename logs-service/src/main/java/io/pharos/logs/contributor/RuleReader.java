package io.pharos.logs.contributor;

import io.pharos.logs.pattern.JsonPlaces;
import io.pharos.logs.pattern.Numbers;
import io.pharos.logs.pattern.Words;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A rule ready for events. Immutable.
public final class RuleReader {
    /// As metric values: greater ones count for nothing.
    private static final double MAX_VALUE = 0x1p360;

    private final InsightRule rule;
    private final @Nullable JsonPlaces json;
    private final List<Integer> words = new ArrayList<>();
    private final int lastWord;
    private final int[] keys;
    private final int valueOf;
    private final List<Condition> conditions = new ArrayList<>();

    private record Condition(int field, RuleBody.Test test) {}

    /// What one event contributes.
    ///
    /// @param contributor see [ContributorKeys]
    /// @param value 1 where events are counted
    public record Observation(String contributor, double value) {}

    public RuleReader(InsightRule rule, RuleBody body) {
        this.rule = rule;
        var numbers = new HashMap<String, Integer>();
        for (var field : body.fields()) {
            numbers.put(field.name(), numbers.size());
            words.add(field.word());
        }
        lastWord = words.stream().mapToInt(Integer::intValue).max().orElse(0);
        json =
                body.isJson()
                        ? JsonPlaces.of(
                                body.fields().stream()
                                        .map(field -> RuleBodyParser.selector(field.name()))
                                        .toList())
                        : null;
        keys = body.keys().stream().mapToInt(key -> number(numbers, key)).toArray();
        valueOf = body.valueOf() == null ? -1 : number(numbers, body.valueOf());
        for (var filter : body.filters()) {
            conditions.add(new Condition(number(numbers, filter.match()), filter.test()));
        }
    }

    private static int number(Map<String, Integer> numbers, String field) {
        var number = numbers.get(field);
        if (number == null) {
            throw new IllegalArgumentException("no field " + field);
        }
        return number;
    }

    public InsightRule rule() {
        return rule;
    }

    /// Null when the event does not match: a filter fails, a key is not there, or the value is no number.
    public @Nullable Observation read(String message) {
        var found = json == null ? line(message) : json.read(message);
        if (found == null) {
            return null;
        }
        for (var condition : conditions) {
            if (!condition.test().accepts(found[condition.field()])) {
                return null;
            }
        }
        var value = 1.0;
        if (valueOf >= 0) {
            var text = found[valueOf];
            value = text == null ? Double.NaN : Numbers.parse(text);
            if (!(Math.abs(value) <= MAX_VALUE)) {
                return null;
            }
        }
        var contributor = new ArrayList<String>(keys.length);
        for (var key : keys) {
            var text = found[key];
            if (text == null) {
                return null;
            }
            contributor.add(text);
        }
        return new Observation(ContributorKeys.join(contributor), value);
    }

    /// AWS: an event of the Common Log Format is an array of what blanks separate.
    private @Nullable String[] line(String message) {
        var line = Words.of(message, lastWord);
        @Nullable String[] found = new String[words.size()];
        for (var i = 0; i < found.length; i++) {
            var word = words.get(i);
            found[i] = word <= line.count() ? line.text(word - 1) : null;
        }
        return found;
    }
}
