package io.pharos.wire;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parameters of a URL's query string.
final class QueryParameters {
    private QueryParameters() {}

    /// Names to values in order. What is not valid percent-encoding stays as it is.
    static Map<String, List<String>> parse(String rawQuery) {
        var parameters = new LinkedHashMap<String, List<String>>();
        for (var pair : rawQuery.split("&")) {
            if (!pair.isEmpty()) {
                var equals = pair.indexOf('=');
                var name = decode(equals < 0 ? pair : pair.substring(0, equals));
                var value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                parameters.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
