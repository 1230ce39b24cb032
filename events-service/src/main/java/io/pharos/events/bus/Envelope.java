package io.pharos.events.bus;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import io.pharos.stream.BusEventOrBuilder;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/// An event as rules match it and targets receive it: AWS's members in AWS's order, without
/// whitespace, the detail's numbers and member order as they were put.
public final class Envelope {
    private Envelope() {}

    /// One JSON object. The detail is taken as it is: who wrote the event checked that it is JSON.
    public static String json(BusEventOrBuilder event) {
        var json = new StringBuilder(256 + event.getDetail().length());
        json.append("{\"version\":\"0\",\"id\":");
        quote(json, event.getId());
        json.append(",\"detail-type\":");
        quote(json, event.getDetailType());
        json.append(",\"source\":");
        quote(json, event.getSource());
        json.append(",\"account\":");
        quote(json, event.getAccount());
        json.append(",\"time\":");
        quote(json, seconds(event.getTimeMs()));
        json.append(",\"region\":");
        quote(json, event.getRegion());
        json.append(",\"resources\":[");
        for (var i = 0; i < event.getResourcesCount(); i++) {
            json.append(i == 0 ? "" : ",");
            quote(json, event.getResources(i));
        }
        json.append("],\"detail\":");
        compact(json, event.getDetail());
        return json.append('}').toString();
    }

    /// ISO-8601 in UTC, cut to seconds as AWS does.
    public static String seconds(long epochMs) {
        return DateTimeFormatter.ISO_INSTANT.format(
                Instant.ofEpochMilli(epochMs).truncatedTo(ChronoUnit.SECONDS));
    }

    private static void quote(StringBuilder to, String text) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append('"');
    }

    /// Leaves out the whitespace between the tokens of a JSON text and touches nothing else.
    public static String compact(String json) {
        var compacted = new StringBuilder(json.length());
        compact(compacted, json);
        return compacted.toString();
    }

    private static void compact(StringBuilder to, String json) {
        var quoted = false;
        for (var i = 0; i < json.length(); i++) {
            var c = json.charAt(i);
            if (quoted) {
                to.append(c);
                if (c == '\\' && i + 1 < json.length()) {
                    to.append(json.charAt(++i));
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                to.append(c);
                quoted = c == '"';
            }
        }
    }
}
