package io.pharos.ingest.log.http;

import io.pharos.ingest.log.http.DoorAppender.Place;
import io.pharos.stream.log.PutLogEventsRules;
import io.pharos.wire.AwsError;
import io.pharos.wire.WireRequest;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What the requests of all doors for logs have in common.
final class DoorRequest {
    private static final Pattern GROUP = Pattern.compile(PutLogEventsRules.GROUP_NAME);
    private static final Pattern STREAM =
            Pattern.compile(PutLogEventsRules.STREAM_NAME, Pattern.DOTALL);

    private DoorRequest() {}

    /// Checks method and content type.
    ///
    /// @return the content type, without parameters
    static String require(WireRequest request, Set<String> types) {
        if (!request.method().equals("POST")) {
            throw new AwsError("MethodNotAllowedException", 405, "Logs are sent by POST.");
        }
        var sent = request.headers().first("content-type").orElse("").toLowerCase(Locale.ROOT);
        var end = sent.indexOf(';');
        var type = (end < 0 ? sent : sent.substring(0, end)).strip();
        if (!types.contains(type)) {
            throw new AwsError(
                    "UnsupportedMediaTypeException",
                    415,
                    "The content type must be " + String.join(" or ", types) + ".");
        }
        return type;
    }

    /// Group and stream, by headers or by the query.
    ///
    /// @param mayAsk whether the door knows the query parameters
    static Place place(WireRequest request, boolean mayAsk) {
        var group = request.headers().first("x-aws-log-group").orElse(null);
        var stream = request.headers().first("x-aws-log-stream").orElse(null);
        if (mayAsk) {
            var askedGroup = parameter(request.rawQuery(), "logGroup");
            var askedStream = parameter(request.rawQuery(), "logStream");
            var asked = askedGroup != null || askedStream != null;
            if (asked && (group != null || stream != null)) {
                throw AwsError.validation(
                        "Log group and log stream are given by headers or by query parameters, not"
                                + " by both.");
            }
            if (asked) {
                group = askedGroup;
                stream = askedStream;
            }
        }
        return new Place(checked("log group", group, GROUP), checked("log stream", stream, STREAM));
    }

    private static String checked(String what, @Nullable String name, Pattern pattern) {
        if (name == null || name.isEmpty()) {
            throw AwsError.validation("The request names no " + what + ".");
        }
        if (name.length() > PutLogEventsRules.MAX_NAME
                || !pattern.matcher(name).matches()
                || name.indexOf('\0') >= 0) {
            throw AwsError.validation("The request's " + what + " has no valid name.");
        }
        return name;
    }

    private static @Nullable String parameter(String query, String name) {
        for (var parameter : query.split("&", -1)) {
            var equals = parameter.indexOf('=');
            if (equals > 0 && parameter.substring(0, equals).equals(name)) {
                try {
                    return URLDecoder.decode(
                            parameter.substring(equals + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException malformed) {
                    throw AwsError.validation("The query is malformed.");
                }
            }
        }
        return null;
    }
}
