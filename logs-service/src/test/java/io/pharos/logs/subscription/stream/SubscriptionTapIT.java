package io.pharos.logs.subscription.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.TapHarness;
import io.pharos.logs.destination.StreamArn;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.subscription.SubscriptionFilter;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.logs.subscription.pg.PgSubscriptionFilters;
import io.pharos.stream.StreamTopic;
import io.pharos.testkit.SteppingClock;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// From a record of `log-events` to the records that a subscriber reads, over a real broker and database.
class SubscriptionTapIT {
    private static final int SHARDS = 3;
    private static final StreamArn DESTINATION = new StreamArn(TapHarness.TENANT, "Subscribed");

    private final ObjectMapper json = new ObjectMapper();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TapHarness harness = new TapHarness();
    private final PgSubscriptionFilters filters =
            new PgSubscriptionFilters(harness.database(), harness.groups());

    @AfterEach
    void stop() {
        harness.close();
    }

    private void start() {
        harness.createGroup("app");
        var clock = SteppingClock.at(TapHarness.NOW.toString());
        var own = new OwnMetrics(harness.producer(), clock);
        harness.start(new SubscriptionTap(harness.producer(), new LogMetrics(own), clock, meters));
    }

    private void put(
            String name,
            String pattern,
            StreamArn destination,
            Distribution distribution,
            long at) {
        filters.put(
                TapHarness.TENANT,
                "app",
                new SubscriptionFilter(
                        name, pattern, destination.toString(), null, distribution, List.of(), at));
    }

    private void put(String name, String pattern, Distribution distribution) {
        put(name, pattern, DESTINATION, distribution, TapHarness.NOW.toEpochMilli());
    }

    private JsonNode open(ConsumerRecord<byte[], byte[]> record) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(record.value()))) {
            return json.readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> messages() {
        var messages = new ArrayList<String>();
        for (var record : harness.records(DESTINATION.topic())) {
            open(record).path("logEvents").forEach(it -> messages.add(it.path("message").asText()));
        }
        return messages;
    }

    @Test
    void whatMatchesGoesToTheShardOfItsStreamInOrder() {
        harness.createTopic(DESTINATION.topic(), SHARDS);
        start();
        put("errors", "ERROR", Distribution.ByLogStream);
        for (var i = 0; i < 10; i++) {
            harness.putEvents("app", "s" + i % 2, "ERROR " + i, "fine", "ERROR more " + i);
        }
        harness.await();
        var ofFirst = new ArrayList<String>();
        for (var record : harness.records(DESTINATION.topic())) {
            var envelope = open(record);
            var stream = envelope.path("logStream").asText();
            assertThat(envelope.path("messageType").asText()).isEqualTo("DATA_MESSAGE");
            assertThat(envelope.path("logGroup").asText()).isEqualTo("app");
            assertThat(envelope.path("subscriptionFilters").path(0).asText()).isEqualTo("errors");
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(stream);
            assertThat(record.partition()).isEqualTo(StreamTopic.partition(stream, SHARDS));
            assertThat(record.headers().lastHeader("pharos-origin")).isNotNull();
            if (stream.equals("s0")) {
                envelope.path("logEvents")
                        .forEach(event -> ofFirst.add(event.path("message").asText()));
            }
        }
        assertThat(ofFirst)
                .containsExactly(
                        "ERROR 0",
                        "ERROR more 0",
                        "ERROR 2",
                        "ERROR more 2",
                        "ERROR 4",
                        "ERROR more 4",
                        "ERROR 6",
                        "ERROR more 6",
                        "ERROR 8",
                        "ERROR more 8");
        assertThat(messages()).hasSize(20);
    }

    @Test
    void changesAreSeenAtOnceAndNothingFromBefore() {
        harness.createTopic(DESTINATION.topic(), SHARDS);
        start();
        put("later", "", DESTINATION, Distribution.Random, TapHarness.NOW.toEpochMilli() + 60_000);
        harness.putEvents("app", "s", "before the filter was put");
        harness.await();
        assertThat(messages()).isEmpty();
        put("now", "", Distribution.Random);
        harness.putEvents("app", "s", "after");
        harness.await();
        assertThat(messages()).containsExactly("after");
        filters.delete(TapHarness.TENANT, "app", "now");
        harness.putEvents("app", "s", "too late");
        harness.await();
        assertThat(messages()).containsExactly("after");
    }

    @Test
    void nothingGoesToAFilterWhoseCriteriaSelectOtherAccounts() {
        harness.createTopic(DESTINATION.topic(), SHARDS);
        start();
        select("mine", "@aws.account IN [\"123456789012\"]");
        select("others", "@aws.account NOT IN [\"123456789012\"]");
        harness.putEvents("app", "s", "a");
        harness.await();
        assertThat(messages()).containsExactly("a");
    }

    private void select(String name, String criteria) {
        filters.put(
                TapHarness.TENANT,
                "app",
                new SubscriptionFilter(
                        name,
                        "",
                        DESTINATION.toString(),
                        null,
                        Distribution.ByLogStream,
                        List.of(),
                        false,
                        criteria,
                        TapHarness.NOW.toEpochMilli()));
    }

    @Test
    void aStreamThatIsGoneHoldsNothingUp() {
        harness.createTopic(DESTINATION.topic(), SHARDS);
        start();
        put("gone", "", new StreamArn(TapHarness.TENANT, "Gone"), Distribution.Random, 0);
        put("errors", "ERROR", Distribution.Random);
        harness.putEvents("app", "s", "ERROR a");
        harness.await();
        assertThat(messages()).containsExactly("ERROR a");
        assertThat(meters.counter("pharos.logs.subscription.no.stream").count()).isEqualTo(1);
    }
}
