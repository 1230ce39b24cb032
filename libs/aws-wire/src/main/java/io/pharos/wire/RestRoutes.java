package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which operation a method and a path mean, for services without an operation name on the wire.
/// Shapes do not know their URI, so a service lists its routes: `POST /v1/pipes/{Name}`. A literal
/// segment wins over a label, a label over a greedy one (`{path+}`).
final class RestRoutes {
    private static final RestRoutes NONE = new RestRoutes(List.of());

    private final List<Entry> entries;

    private RestRoutes(List<Entry> entries) {
        this.entries = entries;
    }

    /// @param labels the decoded texts of the path's labels, by name
    record Match(String operation, Map<String, String> labels) {}

    private record Entry(String method, List<String> segments, String operation) {
        private static Entry of(String line) {
            var words = line.strip().split("\\s+");
            return new Entry(words[0], split(words[1]), words[2]);
        }

        private static boolean isLabel(String segment) {
            return segment.startsWith("{");
        }

        private static boolean isGreedy(String segment) {
            return segment.endsWith("+}");
        }

        /// How much is said literally; more is tried first.
        private int weight() {
            return segments.stream().mapToInt(s -> isGreedy(s) ? 0 : isLabel(s) ? 1 : 2).sum();
        }

        private @Nullable Match match(String requestMethod, List<String> path) {
            if (!method.equals(requestMethod)) {
                return null;
            }
            var labels = new HashMap<String, String>();
            for (var i = 0; i < segments.size(); i++) {
                var segment = segments.get(i);
                if (isGreedy(segment)) {
                    if (i >= path.size()) {
                        return null;
                    }
                    var name = segment.substring(1, segment.length() - 2);
                    labels.put(name, decode(String.join("/", path.subList(i, path.size()))));
                    return new Match(operation, labels);
                }
                if (i >= path.size() || !matches(segment, path.get(i), labels)) {
                    return null;
                }
            }
            return path.size() == segments.size() ? new Match(operation, labels) : null;
        }

        private static boolean matches(String segment, String text, Map<String, String> labels) {
            if (!isLabel(segment)) {
                return segment.equals(text);
            }
            labels.put(segment.substring(1, segment.length() - 1), decode(text));
            return !text.isEmpty();
        }
    }

    static RestRoutes none() {
        return NONE;
    }

    /// One route per line: method, path template, operation.
    static RestRoutes of(String lines) {
        return new RestRoutes(
                lines.strip()
                        .lines()
                        .map(Entry::of)
                        .sorted(Comparator.comparingInt(Entry::weight).reversed())
                        .toList());
    }

    /// @param rawPath still percent-encoded
    Optional<Match> match(String method, String rawPath) {
        var path = split(rawPath);
        for (var entry : entries) {
            var match = entry.match(method, path);
            if (match != null) {
                return Optional.of(match);
            }
        }
        return Optional.empty();
    }

    private static List<String> split(String path) {
        var segments = new ArrayList<String>(List.of(path.split("/", -1)));
        segments.removeFirst();
        return segments;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
