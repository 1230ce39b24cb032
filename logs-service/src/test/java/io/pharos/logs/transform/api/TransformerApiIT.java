package io.pharos.logs.transform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Database;
import io.pharos.logs.Calls;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Transformers of groups on a real PostgreSQL.
class TransformerApiIT {
    private static final List<Processor> JSON =
            List.of(Processor.builder().parseJSON(it -> {}).build());
    private static final List<Processor> CSV =
            List.of(Processor.builder().csv(it -> it.columns("a", "b")).build());

    private final SteppingClock clock = SteppingClock.at("2026-01-15T12:00:00Z");
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgPolicies policies = new PgPolicies(database, groups);
    private final TransformerApi api = new TransformerApi(policies, groups);

    @BeforeEach
    void group() {
        groups.create(Calls.TENANT, "app", Map.of(), false, 1);
    }

    private <T> T call(Supplier<T> work) {
        return Calls.at(clock, work);
    }

    @Test
    void aTransformerIsPutReplacedAndDeleted() {
        call(() -> api.putTransformer(it -> it.logGroupIdentifier("app").transformerConfig(CSV)));
        var created = clock.millis();
        clock.advance(Duration.ofMinutes(1));
        var arn = "arn:aws:logs:eu-west-1:123456789012:log-group:app";
        call(() -> api.putTransformer(it -> it.logGroupIdentifier(arn).transformerConfig(JSON)));
        var found = call(() -> api.getTransformer(it -> it.logGroupIdentifier("app")));
        assertThat(found.creationTime()).isEqualTo(created);
        assertThat(found.lastModifiedTime()).isEqualTo(clock.millis());
        assertThat(found.transformerConfig()).isEqualTo(JSON);
        clock.advance(Duration.ofMinutes(1));
        call(() -> api.deleteTransformer(it -> it.logGroupIdentifier("app")));
        assertThatThrownBy(() -> call(() -> api.getTransformer(it -> it.logGroupIdentifier("app"))))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(
                        () -> call(() -> api.deleteTransformer(it -> it.logGroupIdentifier("app"))))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() ->
                        call(() ->
                                api.putTransformer(it ->
                                        it.logGroupIdentifier("none").transformerConfig(JSON))))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("The specified log group does not exist.");
    }

    @Test
    void eachVersionHoldsForItsTime() {
        call(() -> api.putTransformer(it -> it.logGroupIdentifier("app").transformerConfig(CSV)));
        var first = clock.millis();
        clock.advance(Duration.ofMinutes(1));
        call(() -> api.putTransformer(it -> it.logGroupIdentifier("app").transformerConfig(JSON)));
        clock.advance(Duration.ofMinutes(1));
        call(() -> api.deleteTransformer(it -> it.logGroupIdentifier("app")));
        assertThat(documentAt(first - 1)).isEmpty();
        assertThat(documentAt(first)).contains("csv");
        assertThat(documentAt(first + 59_999)).contains("csv");
        assertThat(documentAt(first + 60_000)).contains("parseJSON");
        assertThat(documentAt(first + 120_000)).isEmpty();
    }

    private String documentAt(long receivedMs) {
        var history = policies.history(groups.require(Calls.TENANT, "app"));
        var version = history.at(PolicyKind.TRANSFORMER, receivedMs);
        return version == null ? "" : version.document();
    }

    @Test
    void oldVersionsBecomeOne() {
        for (var i = 0; i < 130; i++) {
            clock.advance(Duration.ofSeconds(1));
            call(() ->
                    api.putTransformer(it -> it.logGroupIdentifier("app").transformerConfig(CSV)));
        }
        var history = policies.history(groups.require(Calls.TENANT, "app"));
        assertThat(history.versions()).hasSize(100);
        var start = clock.millis() - 129_000;
        assertThat(history.versions().getFirst().fromMs()).isEqualTo(start);
        for (var at = start; at <= clock.millis(); at += 500) {
            assertThat(history.allAt(PolicyKind.TRANSFORMER, at)).hasSize(1);
        }
    }

    @Test
    void triesATransformer() {
        var answer =
                call(() ->
                        api.testTransformer(
                                it -> it.transformerConfig(CSV).logEventMessages("1,2", "'\"x")));
        assertThat(answer.transformedLogs().getFirst().eventNumber()).isEqualTo(1);
        assertThat(answer.transformedLogs().getFirst().eventMessage()).isEqualTo("1,2");
        assertThat(answer.transformedLogs().getFirst().transformedEventMessage())
                .isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
        assertThatThrownBy(() -> call(() -> api.testTransformer(it -> it.logEventMessages("x"))))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("'transformerConfig' failed to satisfy constraint");
    }
}
