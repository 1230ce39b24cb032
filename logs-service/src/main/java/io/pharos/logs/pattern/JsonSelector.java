package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/// A path into a JSON event with at most one wildcard: `$.users[*].email`, `$.['cluster.name']`.
///
/// @param text as it was written
public record JsonSelector(String text, List<Step> steps) {
    /// One step down.
    public sealed interface Step {}

    /// Into an object's member.
    public record Member(String name) implements Step {}

    /// Into an array's element, from 0.
    public record Element(int index) implements Step {}

    /// Into every member, `.*`.
    public record AnyMember() implements Step {}

    /// Into every element, `[*]`.
    public record AnyElement() implements Step {}

    public JsonSelector {
        steps = List.copyOf(steps);
    }

    boolean hasWildcard() {
        return wildcard() >= 0;
    }

    /// Whether one of the selected values passes.
    boolean any(JsonValue root, Predicate<JsonValue> test) {
        var wildcard = wildcard();
        if (wildcard < 0) {
            var value = walk(root, 0, steps.size());
            return value != null && test.test(value);
        }
        var base = walk(root, 0, wildcard);
        for (var child : children(base, steps.get(wildcard))) {
            var value = walk(child, wildcard + 1, steps.size());
            if (value != null && test.test(value)) {
                return true;
            }
        }
        return false;
    }

    /// The first selected scalar's text; null when there is none.
    @Nullable String scalar(JsonValue root) {
        var found = new String[1];
        any(
                root,
                value -> {
                    if (value instanceof JsonValue.Scalar scalar && !scalar.isNull()) {
                        found[0] = scalar.text();
                        return true;
                    }
                    return false;
                });
        return found[0];
    }

    @Override
    public String toString() {
        return text;
    }

    private int wildcard() {
        for (var i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof AnyMember || steps.get(i) instanceof AnyElement) {
                return i;
            }
        }
        return -1;
    }

    private @Nullable JsonValue walk(@Nullable JsonValue from, int first, int end) {
        var value = from;
        for (var i = first; i < end && value != null; i++) {
            value =
                    switch (steps.get(i)) {
                        case Member(var name) ->
                                value instanceof JsonValue.Fields fields
                                        ? fields.members().get(name)
                                        : null;
                        case Element(var index) ->
                                value instanceof JsonValue.Elements elements
                                        ? elements.members().get(index)
                                        : null;
                        case AnyMember(), AnyElement() -> null;
                    };
        }
        return value;
    }

    private static Collection<JsonValue> children(@Nullable JsonValue value, Step wildcard) {
        return switch (value) {
            case JsonValue.Fields fields when wildcard instanceof AnyMember ->
                    fields.members().values();
            case JsonValue.Elements elements when wildcard instanceof AnyElement ->
                    elements.members().values();
            case null, default -> List.of();
        };
    }
}
