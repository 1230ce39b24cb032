package io.pharos.events.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The subset of JSONPath that rules use: `$`, `$.detail.a-b`, `$['detail-type']`, `$.resources[0]`,
/// `$.list[*]`. No filters, no recursive descent, no unions.
public final class JsonPath {
    public static final int MAX_LENGTH = 256;

    private sealed interface Step {
        record Member(String name) implements Step {}

        record Item(int index) implements Step {}

        record EveryItem() implements Step {}
    }

    private final String text;
    private final List<Step> steps;

    private JsonPath(String text, List<Step> steps) {
        this.text = text;
        this.steps = List.copyOf(steps);
    }

    /// @throws IllegalArgumentException when the text is no such path
    public static JsonPath parse(String text) {
        if (!text.startsWith("$") || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a path starts with $");
        }
        var steps = new ArrayList<Step>();
        var at = 1;
        while (at < text.length()) {
            at = text.charAt(at) == '.' ? dotted(text, at + 1, steps) : bracketed(text, at, steps);
        }
        return new JsonPath(text, steps);
    }

    /// `.detail-type`
    private static int dotted(String text, int from, List<Step> steps) {
        var end = from;
        while (end < text.length() && isNamePart(text.charAt(end))) {
            end++;
        }
        if (end == from) {
            throw new IllegalArgumentException("a name is missing at " + from);
        }
        steps.add(new Step.Member(text.substring(from, end)));
        return end;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c)
                || c == '_'
                || c == '-'
                || c == ':'
                || c == '/'
                || c == '@';
    }

    /// `['a b']`, `["a b"]`, `[0]`, `[*]`
    private static int bracketed(String text, int from, List<Step> steps) {
        if (text.charAt(from) != '[' || from + 1 == text.length()) {
            throw new IllegalArgumentException("unexpected text at " + from);
        }
        var quote = text.charAt(from + 1);
        if (quote == '\'' || quote == '"') {
            var end = text.indexOf(quote + "]", from + 2);
            if (end < 0) {
                throw new IllegalArgumentException("an open bracket at " + from);
            }
            steps.add(new Step.Member(text.substring(from + 2, end)));
            return end + 2;
        }
        var end = text.indexOf(']', from);
        var inside = end < 0 ? "" : text.substring(from + 1, end);
        if (inside.equals("*")) {
            steps.add(new Step.EveryItem());
        } else if (inside.matches("\\d{1,9}")) {
            steps.add(new Step.Item(Integer.parseInt(inside)));
        } else {
            throw new IllegalArgumentException("not an index at " + from);
        }
        return end + 1;
    }

    /// What stands there; empty when nothing does.
    public Optional<JsonNode> in(JsonNode root) {
        return walk(root, 0);
    }

    private Optional<JsonNode> walk(JsonNode from, int step) {
        var node = from;
        for (var i = step; i < steps.size(); i++) {
            var next =
                    switch (steps.get(i)) {
                        case Step.Member(var name) -> node.get(name);
                        case Step.Item(var index) -> node.isArray() ? node.get(index) : null;
                        case Step.EveryItem() -> {
                            if (!node.isArray()) {
                                yield null;
                            }
                            var found = JsonNodeFactory.instance.arrayNode();
                            for (var item : node) {
                                walk(item, i + 1).ifPresent(found::add);
                            }
                            yield found;
                        }
                    };
            if (next == null || steps.get(i) instanceof Step.EveryItem) {
                return Optional.ofNullable(next);
            }
            node = next;
        }
        return Optional.of(node);
    }

    @Override
    public String toString() {
        return text;
    }
}
