package io.pharos.logs.vended;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.pharos.logs.event.EventId;

import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.StringJoiner;

/// One line of a file for each event, in the formats that deliveries have here: `json` is an object of
/// the chosen fields, `plain` their values with a delimiter between, `raw` the message alone. Fields are
/// named as in queries.
public final class RecordFields {
    public static final String MESSAGE = "@message";

    public static final List<String> ALL =
            List.of(
                    "@timestamp",
                    "@ingestionTime",
                    "@logStream",
                    MESSAGE,
                    "@log",
                    "@eventId",
                    "@aws.account",
                    "@aws.region");

    public static final List<String> DEFAULT = ALL.subList(0, 4);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();

    private RecordFields() {}

    /// Where an event came from.
    public record Origin(DeliverySource source, String logStream, long receivedMs) {}

    /// Appends an event.
    public static void append(
            StringBuilder lines,
            OutputFormat format,
            DeliveryLayout layout,
            Origin origin,
            EventId id,
            String message) {
        switch (format) {
            case RAW -> lines.append(message);
            case PLAIN -> {
                var values = new StringJoiner(layout.delimiterOrDefault());
                for (var field : layout.fields()) {
                    values.add(value(field, origin, id, message));
                }
                lines.append(values);
            }
            default -> lines.append(json(layout, origin, id, message));
        }
    }

    private static String json(DeliveryLayout layout, Origin origin, EventId id, String message) {
        var text = new StringWriter(message.length() + 128);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (var field : layout.fields()) {
                json.writeStringField(field, value(field, origin, id, message));
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static String value(String field, Origin origin, EventId id, String message) {
        var source = origin.source();
        return switch (field) {
            case "@timestamp" -> TIME.format(Instant.ofEpochMilli(id.timestampMs()));
            case "@ingestionTime" -> TIME.format(Instant.ofEpochMilli(origin.receivedMs()));
            case "@logStream" -> origin.logStream();
            case MESSAGE -> message;
            case "@log" -> source.tenant().account() + ":" + source.logGroup();
            case "@eventId" -> id.toString();
            case "@aws.account" -> source.tenant().account();
            case "@aws.region" -> source.tenant().region();
            default -> throw new IllegalArgumentException(field);
        };
    }
}
