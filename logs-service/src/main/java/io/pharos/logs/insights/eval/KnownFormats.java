package io.pharos.logs.insights.eval;

import io.pharos.logs.event.VendedColumns;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lines of AWS services whose fields Logs Insights knows, told by their shape: the default format of
/// VPC flow logs, Route 53's public queries, Lambda's START, END and REPORT.
final class KnownFormats {
    private static final List<String> FLOW = VendedColumns.flow("startTime", "endTime");
    private static final List<String> QUERIES = VendedColumns.ROUTE53;
    private static final Map<String, String> LAMBDA =
            Map.of(
                    "RequestId", "@requestId",
                    "Duration", "@duration",
                    "Billed Duration", "@billedDuration",
                    "Init Duration", "@initDuration",
                    "Memory Size", "@memorySize",
                    "Max Memory Used", "@maxMemoryUsed",
                    "XRAY TraceId", "@xrayTraceId",
                    "SegmentId", "@xraySegmentId");
    private static final List<String> LAMBDA_TYPES = List.of("START", "END", "REPORT");
    private static final String TYPE = "@type";
    private static final String REQUEST = " RequestId: ";
    private static final long MEGABYTE = 1_000_000;
    private static final int LONGEST = 4_096;

    private final Map<String, Integer> wanted = new HashMap<>();
    private final boolean wantsColumns;
    private final boolean wantsLambda;

    KnownFormats(List<String> names) {
        for (var i = 0; i < names.size(); i++) {
            wanted.put(names.get(i), i);
        }
        wantsColumns =
                wanted.keySet().stream()
                        .anyMatch(name -> FLOW.contains(name) || QUERIES.contains(name));
        wantsLambda =
                wanted.containsKey(TYPE) || LAMBDA.values().stream().anyMatch(wanted::containsKey);
    }

    /// Whether the message has one of these formats.
    boolean read(byte[] text, int start, int end, @Nullable String[] found) {
        var first = text[start];
        if (end - start > LONGEST) {
            return false;
        }
        if (wantsColumns && (first == '2' || first == '1')) {
            return columns(new String(text, start, end - start, StandardCharsets.UTF_8), found);
        }
        if (wantsLambda && (first == 'S' || first == 'E' || first == 'R')) {
            return lambda(new String(text, start, end - start, StandardCharsets.UTF_8), found);
        }
        return false;
    }

    /// All fields of a message, in its order; none when it has no known format.
    static Map<String, String> all(String message) {
        var names = new ArrayList<>(FLOW);
        names.addAll(QUERIES);
        names.addAll(LAMBDA.values());
        names.add(TYPE);
        var found = new String[names.size()];
        var text = message.strip().getBytes(StandardCharsets.UTF_8);
        var fields = new HashMap<String, String>();
        if (text.length > 0 && new KnownFormats(names).read(text, 0, text.length, found)) {
            for (var i = 0; i < found.length; i++) {
                if (found[i] != null) {
                    fields.put(names.get(i), found[i]);
                }
            }
        }
        return fields;
    }

    private boolean columns(String message, @Nullable String[] found) {
        var parts = message.strip().split(" +");
        var isFlow =
                parts.length == FLOW.size() && parts[0].equals("2") && parts[2].startsWith("eni-");
        var isQuery =
                parts.length == QUERIES.size()
                        && parts[0].equals("1.0")
                        && parts[1].indexOf('T') == 10;
        if (!isFlow && !isQuery) {
            return false;
        }
        var names = isFlow ? FLOW : QUERIES;
        for (var i = 0; i < parts.length; i++) {
            if (!parts[i].equals("-")) {
                put(names.get(i), parts[i], found);
            }
        }
        return true;
    }

    private boolean lambda(String message, @Nullable String[] found) {
        var blank = message.indexOf(' ');
        if (blank < 0
                || !message.startsWith(REQUEST, blank)
                || !LAMBDA_TYPES.contains(message.substring(0, blank))) {
            return false;
        }
        put(TYPE, message.substring(0, blank), found);
        for (var part : message.substring(blank + 1).split("[\\t\\n]")) {
            var colon = part.indexOf(": ");
            var name = colon < 0 ? null : LAMBDA.get(part.substring(0, colon));
            if (name != null) {
                put(name, lambdaValue(part.substring(colon + 2)), found);
            }
        }
        return true;
    }

    /// `12.5 ms` is a number of milliseconds, `128 MB` one of bytes, `id Version: 1` begins with an id.
    private static String lambdaValue(String text) {
        var parts = text.strip().split(" ");
        if (parts.length == 2 && parts[1].equals("MB")) {
            var megabytes = Values.number(parts[0]);
            return Double.isNaN(megabytes) ? parts[0] : Values.decimal(megabytes * MEGABYTE);
        }
        return parts[0];
    }

    private void put(String name, String value, @Nullable String[] found) {
        var place = wanted.get(name);
        if (place != null && found[place] == null) {
            found[place] = value;
        }
    }
}
