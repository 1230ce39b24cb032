package io.pharos.logs.subscription;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.pharos.logs.event.EventId;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// What a subscriber gets: gzip of AWS's JSON, matching events of one log stream in a few records. Pure.
public final class SubscriptionEnvelope {
    /// AWS: bytes of one record of a stream.
    public static final int MAX_RECORD = 1 << 20;

    /// Before compression: what AWS's own records stay below. Only an event that is larger alone makes
    /// a larger record.
    static final int MAX_PLAIN = 256 << 10;

    private static final int EVENT_OVERHEAD = 128;
    private static final JsonFactory JSON = new JsonFactory();

    /// An event as subscribers see it.
    ///
    /// @param fields of delimited patterns and asked system fields; empty means none
    public record Event(EventId id, String message, Map<String, String> fields) {
        int plainSize() {
            var size = EVENT_OVERHEAD + message.length();
            for (var field : fields.entrySet()) {
                size += field.getKey().length() + field.getValue().length();
            }
            return size;
        }
    }

    /// One record, the id of its first event, and how many it has.
    public record Packed(EventId first, int count, byte[] data) {}

    private SubscriptionEnvelope() {}

    /// Where events come from, and which filter lets them through.
    ///
    /// @param ofAccount the filter is an account's policy
    public record Source(
            String owner, String logGroup, String logStream, String filter, boolean ofAccount) {}

    /// @param events in order; never reordered, split where a record is full
    public static List<Packed> pack(Source source, List<Event> events) {
        var packed = new ArrayList<Packed>();
        var from = 0;
        var size = 0L;
        for (var i = 0; i < events.size(); i++) {
            var more = events.get(i).plainSize();
            if (i > from && size + more > MAX_PLAIN) {
                packed.add(data(source, events.subList(from, i)));
                from = i;
                size = 0;
            }
            size += more;
        }
        if (from < events.size()) {
            packed.add(data(source, events.subList(from, events.size())));
        }
        return packed;
    }

    private static Packed data(Source source, List<Event> events) {
        var data =
                gzip(json -> {
                    json.writeStartObject();
                    json.writeStringField("messageType", "DATA_MESSAGE");
                    json.writeStringField("owner", source.owner());
                    json.writeStringField("logGroup", source.logGroup());
                    json.writeStringField("logStream", source.logStream());
                    json.writeArrayFieldStart("subscriptionFilters");
                    json.writeString(source.filter());
                    json.writeEndArray();
                    if (source.ofAccount()) {
                        json.writeStringField("policyLevel", "ACCOUNT_LEVEL_POLICY");
                    }
                    json.writeArrayFieldStart("logEvents");
                    for (var event : events) {
                        write(json, event);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
        return new Packed(events.getFirst().id(), events.size(), data);
    }

    private static void write(JsonGenerator json, Event event) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", event.id().toString());
        json.writeNumberField("timestamp", event.id().timestampMs());
        json.writeStringField("message", event.message());
        if (!event.fields().isEmpty()) {
            json.writeObjectFieldStart("extractedFields");
            for (var field : event.fields().entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /// The JDK writes no time into the header: the same events give the same bytes.
    private static byte[] gzip(Content content) {
        var bytes = new ByteArrayOutputStream();
        try (var json =
                JSON.createGenerator(
                        new OutputStreamWriter(
                                new GZIPOutputStream(bytes), StandardCharsets.UTF_8))) {
            content.writeTo(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
