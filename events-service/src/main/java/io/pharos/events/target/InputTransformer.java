package io.pharos.events.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.events.bus.Envelope;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A template with `<placeholders>`. One that starts with `{` is a JSON template: its result must be
/// JSON. Any other is lines of quoted strings, whose quotes are delivered too. Extracted values are
/// never escaped; that is AWS's rule, whatever it breaks.
///
/// @param paths where each placeholder's value is found in the event
public record InputTransformer(Map<String, JsonPath> paths, String template) implements Input {
    public static final int MAX_PATHS = 100;
    public static final int MAX_TEMPLATE = 8_192;

    private static final Pattern PLACEHOLDER = Pattern.compile("<([^<>\\s]+)>");
    private static final List<String> RESERVED =
            List.of(
                    "aws.events.rule-arn",
                    "aws.events.rule-name",
                    "aws.events.event.ingestion-time",
                    "aws.events.event",
                    "aws.events.event.json");

    public InputTransformer {
        paths = Map.copyOf(paths);
    }

    /// Placeholders that no path defines; sorted.
    public List<String> undefined() {
        return PLACEHOLDER
                .matcher(template)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !paths.containsKey(name) && !RESERVED.contains(name))
                .sorted()
                .toList();
    }

    /// Whether some values make a valid body of it.
    public boolean isWellFormed() {
        return isJsonTemplate()
                ? filled(JsonNodeFactory.instance.numberNode(0)).isPresent()
                : template.lines().map(String::strip).allMatch(InputTransformer::isQuoted);
    }

    private Optional<String> filled(JsonNode everywhere) {
        return json(_ -> Optional.of(everywhere));
    }

    private static boolean isQuoted(String line) {
        return line.isEmpty()
                || (line.length() > 1 && line.startsWith("\"") && line.endsWith("\""));
    }

    private boolean isJsonTemplate() {
        return template.stripLeading().startsWith("{");
    }

    @Override
    public Optional<String> shape(Happening event) {
        Function<String, Optional<JsonNode>> values = name -> value(name, event);
        return isJsonTemplate() ? json(values) : Optional.of(text(values));
    }

    private Optional<JsonNode> value(String name, Happening event) {
        var nodes = JsonNodeFactory.instance;
        return switch (name) {
            case "aws.events.rule-arn" -> Optional.of(nodes.textNode(event.ruleArn()));
            case "aws.events.rule-name" -> Optional.of(nodes.textNode(event.ruleName()));
            case "aws.events.event.ingestion-time" ->
                    Optional.of(nodes.textNode(event.ingestionTime()));
            case "aws.events.event" -> Optional.of(withoutDetail(event));
            case "aws.events.event.json" -> Optional.of(event.tree());
            default -> Optional.ofNullable(paths.get(name)).flatMap(path -> path.in(event.tree()));
        };
    }

    private static ObjectNode withoutDetail(Happening event) {
        var tree = event.tree();
        var copy = JsonNodeFactory.instance.objectNode();
        for (var member : List.of("id", "account")) {
            copy.set(member, tree.path(member));
        }
        copy.set("detailType", tree.path("detail-type"));
        copy.put("time", event.ingestionTime());
        for (var member : List.of("source", "region", "resources", "version")) {
            copy.set(member, tree.path(member));
        }
        return copy;
    }

    /// `"Event of <userId>"`: objects and lists lose all their quotes.
    private String text(Function<String, Optional<JsonNode>> values) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found ->
                        Matcher.quoteReplacement(
                                values.apply(found.group(1))
                                        .map(InputTransformer::unquoted)
                                        .orElse("")));
    }

    private static String unquoted(JsonNode value) {
        return value.isContainerNode() ? value.toString().replace("\"", "") : value.asText();
    }

    /// `{"id": <userId>, "path": "users/<userId>"}`: a value outside quotes is put as JSON, one inside
    /// as it is.
    private Optional<String> json(Function<String, Optional<JsonNode>> values) {
        var result = new StringBuilder(template.length() + 64);
        var placeholders = placeholders();
        var quoted = false;
        for (var at = 0; at < template.length(); at++) {
            var c = template.charAt(at);
            var name = c == '<' ? placeholders.get(at) : null;
            if (name != null) {
                var value = values.apply(name);
                result.append(
                        quoted ? value.map(InputTransformer::raw).orElse("") : literal(value));
                at += name.length() + 1;
                continue;
            }
            result.append(c);
            if (quoted && c == '\\' && at + 1 < template.length()) {
                result.append(template.charAt(++at));
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        var body = result.toString();
        return Happening.isJson(body) ? Optional.of(Envelope.compact(body)) : Optional.empty();
    }

    private Map<Integer, String> placeholders() {
        var found = new TreeMap<Integer, String>();
        PLACEHOLDER
                .matcher(template)
                .results()
                .forEach(one -> found.put(one.start(), one.group(1)));
        return found;
    }

    private static String raw(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    private static String literal(Optional<JsonNode> value) {
        return value.map(Object::toString).orElse("\"\"");
    }
}
