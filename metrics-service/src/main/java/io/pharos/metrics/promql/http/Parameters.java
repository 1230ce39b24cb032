package io.pharos.metrics.promql.http;

import io.pharos.metrics.promql.Budget;
import io.pharos.metrics.promql.Durations;
import io.pharos.metrics.promql.PromqlException;
import io.pharos.wire.AwsError;
import io.pharos.wire.WireRequest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Parameters of a query: from the query string, and from the form of a POST.
final class Parameters {
    private static final int MAX_PARAMETERS = 1_000;
    private static final double MAX_SECONDS = 1e11;
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Parameters() {}

    /// @throws AwsError for what is neither GET nor a POST of a form
    static Parameters of(WireRequest request) {
        var parameters = new Parameters();
        parameters.read(request.rawQuery());
        switch (request.method()) {
            case "GET" -> {}
            case "POST" -> {
                var type = request.headers().first("content-type").orElse(FORM);
                var isForm = type.toLowerCase(Locale.ROOT).startsWith(FORM);
                if (!isForm || request.headers().first("content-encoding").isPresent()) {
                    throw new AwsError(
                            "UnsupportedMediaTypeException",
                            415,
                            "The body must be " + FORM + ", without encoding.");
                }
                parameters.read(new String(request.body(), StandardCharsets.UTF_8));
            }
            default ->
                    throw new AwsError(
                            "MethodNotAllowedException", 405, "Queries are sent by GET or POST.");
        }
        return parameters;
    }

    private void read(String form) {
        var count = 0;
        for (var part : form.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            if (++count > MAX_PARAMETERS) {
                throw PromqlException.badData("too many parameters");
            }
            var equals = part.indexOf('=');
            var name = equals < 0 ? part : part.substring(0, equals);
            var value = equals < 0 ? "" : part.substring(equals + 1);
            values.computeIfAbsent(decoded(name), _ -> new ArrayList<>()).add(decoded(value));
        }
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            throw PromqlException.badData("broken percent-encoding");
        }
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    Optional<String> first(String name) {
        return all(name).stream().filter(value -> !value.isEmpty()).findFirst();
    }

    String required(String name) {
        return first(name).orElseThrow(() -> invalid(name, "a value is required"));
    }

    /// Milliseconds, from seconds since the epoch or RFC 3339.
    Optional<Long> time(String name) {
        return first(name)
                .map(text -> {
                    try {
                        var seconds = Double.parseDouble(text);
                        if (Math.abs(seconds) <= MAX_SECONDS) {
                            return Math.round(seconds * 1_000);
                        }
                    } catch (NumberFormatException _) {
                        try {
                            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
                        } catch (DateTimeParseException _) {
                            throw noTime(name, text);
                        }
                    }
                    throw noTime(name, text);
                });
    }

    private static PromqlException noTime(String name, String text) {
        return invalid(name, "cannot parse \"%s\" to a valid timestamp".formatted(text));
    }

    long requiredTime(String name) {
        required(name);
        return time(name).orElseThrow();
    }

    long time(String name, Instant otherwise) {
        return time(name).orElse(otherwise.toEpochMilli());
    }

    /// Milliseconds, from seconds or a duration.
    Optional<Long> duration(String name) {
        return first(name)
                .map(text -> {
                    try {
                        var seconds = Double.parseDouble(text);
                        if (Math.abs(seconds) <= MAX_SECONDS) {
                            return Math.round(seconds * 1_000);
                        }
                    } catch (NumberFormatException _) {
                        var duration = Durations.parse(text);
                        if (duration.isPresent()) {
                            return duration.getAsLong();
                        }
                    }
                    throw invalid(name, "cannot parse \"%s\" to a valid duration".formatted(text));
                });
    }

    /// What is asked for, at most the most: clients ask for tens of thousands without a thought. Zero
    /// asks for all there is.
    ///
    /// @throws PromqlException unless it is a whole number, not below zero
    int limit(int most) {
        var limit =
                first("limit")
                        .map(text -> {
                            try {
                                return Long.parseLong(text);
                            } catch (NumberFormatException _) {
                                throw invalid("limit", "not a number");
                            }
                        })
                        .orElse(0L);
        if (limit < 0) {
            throw invalid("limit", "limit must be non-negative");
        }
        return limit == 0 ? most : (int) Math.min(limit, most);
    }

    /// How long the caller wants to wait, bounded by what any query may take.
    Duration timeout() {
        var timeout = duration("timeout").map(Duration::ofMillis).orElse(Budget.TIME);
        if (!timeout.isPositive()) {
            throw invalid("timeout", "must be above zero");
        }
        return timeout;
    }

    static PromqlException invalid(String name, String why) {
        return PromqlException.badData("invalid parameter \"%s\": %s".formatted(name, why));
    }
}
