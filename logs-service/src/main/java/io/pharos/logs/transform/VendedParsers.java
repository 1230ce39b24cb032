package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;

import io.pharos.logs.event.VendedColumns;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/// Parsers of the logs that AWS's services write, in their standard formats.
final class VendedParsers {
    private static final List<String> VPC = VendedColumns.flow("start", "end");
    private static final Set<String> VPC_NUMBERS =
            Set.of("version", "srcPort", "dstPort", "protocol", "packets", "bytes", "start", "end");
    private static final Set<String> ROUTE53_NUMBERS = Set.of("version");
    private static final List<String> CLOUDFRONT =
            List.of(
                    "date",
                    "time",
                    "x-edge-location",
                    "sc-bytes",
                    "c-ip",
                    "cs-method",
                    "cs(Host)",
                    "cs-uri-stem",
                    "sc-status",
                    "cs(Referer)",
                    "cs(User-Agent)",
                    "cs-uri-query",
                    "cs(Cookie)",
                    "x-edge-result-type",
                    "x-edge-request-id",
                    "x-host-header",
                    "cs-protocol",
                    "cs-bytes",
                    "time-taken",
                    "x-forwarded-for",
                    "ssl-protocol",
                    "ssl-cipher",
                    "x-edge-response-result-type",
                    "cs-protocol-version",
                    "fle-status",
                    "fle-encrypted-fields",
                    "c-port",
                    "time-to-first-byte",
                    "x-edge-detailed-result-type",
                    "sc-content-type",
                    "sc-content-len",
                    "sc-range-start",
                    "sc-range-end");
    private static final Set<String> CLOUDFRONT_NUMBERS =
            Set.of(
                    "sc-bytes",
                    "sc-status",
                    "cs-bytes",
                    "time-taken",
                    "c-port",
                    "time-to-first-byte",
                    "sc-content-len",
                    "sc-range-start",
                    "sc-range-end");

    // 2019-03-10 03:54:59 UTC:10.0.0.123(52834):postgres@logtestdb:[20175]:ERROR: column …
    private static final Pattern POSTGRES =
            Pattern.compile(
                    "(?s)(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?"
                            + " [A-Z]{1,5}):([^:]*|\\[[0-9a-fA-F:]+\\](?:\\(\\d+\\))?):"
                            + "([^@:]*)@([^:]*):\\[(\\d+)\\]:([A-Z0-9]+):.*");
    private static final List<String> POSTGRES_FIELDS =
            List.of("logTime", "srcIp", "userName", "dbName", "processId", "logLevel");

    private VendedParsers() {}

    static Step vpc() {
        return draft -> columns(draft, " ", VPC, VPC_NUMBERS, false);
    }

    static Step route53() {
        return draft -> columns(draft, " ", VendedColumns.ROUTE53, ROUTE53_NUMBERS, false);
    }

    static Step cloudfront() {
        return draft ->
                columns(
                        draft,
                        draft.message().indexOf('\t') < 0 ? " " : "\t",
                        CLOUDFRONT,
                        CLOUDFRONT_NUMBERS,
                        true);
    }

    static Step postgres() {
        return draft -> {
            var found = POSTGRES.matcher(draft.message());
            if (!found.matches()) {
                return false;
            }
            for (var i = 0; i < POSTGRES_FIELDS.size(); i++) {
                draft.root().put(POSTGRES_FIELDS.get(i), found.group(i + 1));
            }
            return true;
        };
    }

    private static boolean columns(
            Draft draft, String delimiter, List<String> names, Set<String> numbers, boolean url) {
        var values = draft.message().strip().split(delimiter, names.size() + 1);
        if (values.length != names.size()) {
            return false;
        }
        for (var i = 0; i < values.length; i++) {
            var name = names.get(i);
            var number = numbers.contains(name) ? number(values[i]) : null;
            if (number != null) {
                draft.root().set(name, number);
            } else {
                draft.root().put(name, url ? decoded(values[i]) : values[i]);
            }
        }
        return true;
    }

    private static @Nullable JsonNode number(String text) {
        var isNumber = text.length() <= 18 && text.matches("\\d+(\\.\\d+)?");
        if (!isNumber) {
            return null; // AWS writes - for what there is not
        }
        return text.indexOf('.') < 0
                ? JsonNodeFactory.instance.numberNode(Long.parseLong(text))
                : JsonNodeFactory.instance.numberNode(Double.parseDouble(text));
    }

    private static String decoded(String text) {
        try {
            return text.indexOf('%') < 0
                    ? text
                    : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    /// Lists of names and values become objects.
    static Step waf() {
        return draft -> {
            var parsed = Draft.object(draft.message());
            if (parsed == null) {
                return false;
            }
            if (parsed.get("httpRequest") instanceof ObjectNode request
                    && request.get("headers") instanceof ArrayNode headers) {
                request.set("headers", byName(headers));
            }
            if (parsed.get("labels") instanceof ArrayNode labels) {
                parsed.set("labels", byName(labels));
            }
            draft.root().setAll(parsed);
            return true;
        };
    }

    /// A label has a name only, `awswaf:managed:aws:core-rule-set:NoUserAgent_Header`: its last part is
    /// taken as the value.
    private static ObjectNode byName(ArrayNode list) {
        var map = JsonNodeFactory.instance.objectNode();
        for (var item : list) {
            var name = item.path("name").asText("");
            if (!name.isEmpty()) {
                var value = item.get("value");
                var text = value == null ? name.substring(name.lastIndexOf(':') + 1) : null;
                map.set(name, value == null ? JsonNodeFactory.instance.textNode(text) : value);
            }
        }
        return map;
    }
}
