package io.pharos.logs.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.destination.ControlMessage;
import io.pharos.logs.event.EventId;
import io.pharos.logs.subscription.SubscriptionEnvelope.Event;
import io.pharos.logs.subscription.SubscriptionEnvelope.Source;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

final class SubscriptionEnvelopeTest {
    private static final long NOW = 1_768_478_430_000L;
    private static final Source SOURCE = new Source("o", "g", "s", "f", true);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void the_control_message_is_the_one_subscribers_skip() {
        var message = open(ControlMessage.of("Kinesis", NOW));
        assertThat(message.path("messageType").asText()).isEqualTo("CONTROL_MESSAGE");
        assertThat(message.path("owner").asText()).isEqualTo("CloudwatchLogs");
        assertThat(message.path("logEvents")).hasSize(1);
        assertThat(message.path("logEvents").path(0).path("timestamp").asLong()).isEqualTo(NOW);
    }

    @Test
    void events_go_with_their_ids_and_fields() {
        var event = event(0, "404 GET /", Map.of("status", "404"));

        var packed =
                SubscriptionEnvelope.pack(
                        new Source("123456789012", "g", "s", "f", false), List.of(event));

        var message = open(packed.getFirst().data());
        assertThat(packed.getFirst().first()).isEqualTo(event.id());
        assertThat(message.path("messageType").asText()).isEqualTo("DATA_MESSAGE");
        assertThat(message.path("owner").asText()).isEqualTo("123456789012");
        assertThat(message.path("logGroup").asText()).isEqualTo("g");
        assertThat(message.path("logStream").asText()).isEqualTo("s");
        assertThat(message.path("subscriptionFilters").path(0).asText()).isEqualTo("f");
        var told = message.path("logEvents").path(0);
        assertThat(told.path("id").asText()).isEqualTo(event.id().toString());
        assertThat(told.path("message").asText()).isEqualTo("404 GET /");
        assertThat(told.path("extractedFields").path("status").asText()).isEqualTo("404");
    }

    @Test
    void records_of_an_accounts_policy_say_so() {
        var event = event(0, "a", Map.of());
        var ofGroup = new Source("o", "g", "s", "f", false);
        assertThat(
                        open(SubscriptionEnvelope.pack(SOURCE, List.of(event)).getFirst().data())
                                .path("policyLevel")
                                .asText())
                .isEqualTo("ACCOUNT_LEVEL_POLICY");
        assertThat(
                        open(SubscriptionEnvelope.pack(ofGroup, List.of(event)).getFirst().data())
                                .has("policyLevel"))
                .isFalse();
    }

    @Test
    void the_same_events_give_the_same_bytes() {
        var events = List.of(event(0, "a", Map.of()), event(1, "b", Map.of()));
        assertThat(SubscriptionEnvelope.pack(SOURCE, events).getFirst().data())
                .isEqualTo(SubscriptionEnvelope.pack(SOURCE, events).getFirst().data());
    }

    @Test
    void a_full_record_is_split_and_the_order_kept() {
        var line = "x".repeat(10_000);
        var events = IntStream.range(0, 100).mapToObj(i -> event(i, i + line, Map.of())).toList();

        var packed = SubscriptionEnvelope.pack(SOURCE, events);

        assertThat(packed).hasSizeGreaterThan(3);
        var messages =
                packed.stream()
                        .flatMap(p -> open(p.data()).path("logEvents").valueStream())
                        .map(e -> e.path("message").asText())
                        .toList();
        assertThat(messages).isEqualTo(events.stream().map(Event::message).toList());
    }

    @Test
    void an_event_larger_than_a_record_goes_alone() {
        var large = event(1, "y".repeat(SubscriptionEnvelope.MAX_PLAIN + 1), Map.of());
        var events = List.of(event(0, "a", Map.of()), large, event(2, "b", Map.of()));
        assertThat(SubscriptionEnvelope.pack(SOURCE, events)).hasSize(3);
    }

    @Test
    void no_event_is_no_record() {
        assertThat(SubscriptionEnvelope.pack(SOURCE, List.of())).isEmpty();
    }

    private static Event event(int index, String message, Map<String, String> fields) {
        return new Event(EventId.of(NOW, NOW, 0, 7, index), message, fields);
    }

    private static JsonNode open(byte[] data) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(data))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
