package io.pharos.events.target.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Tags;
import io.pharos.events.bus.pg.PgBuses;
import io.pharos.events.rule.Rule;
import io.pharos.events.rule.RuleName;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.events.target.pg.PgTargets;
import io.pharos.kit.Database;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Target;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

class TargetApiIT {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final Caller CALLER =
            new Caller(
                    TENANT,
                    "AKIA1",
                    "arn:aws:iam::123456789012:root",
                    "r-1",
                    Instant.parse("2026-01-30T10:00:00Z"),
                    "127.0.0.1",
                    "test");
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:t";

    private final Database database = new Database(TestDatabase.fresh("events"));
    private final PgRules rules = new PgRules(database);
    private final TargetApi api = new TargetApi(new PgTargets(database), new PgBuses(database));

    @BeforeEach
    void rule() {
        var bus = new BusName(TENANT, BusName.DEFAULT);
        for (var name : List.of("r", "s")) {
            rules.put(
                    new Rule(
                            bus,
                            name,
                            "{\"source\":[\"a\"]}",
                            null,
                            Rule.State.ENABLED,
                            null,
                            null,
                            "123456789012"),
                    Tags.NONE,
                    CALLER.receivedAt());
        }
    }

    private static <T> T call(Supplier<T> operation) {
        return ScopedValue.where(Caller.SCOPE, CALLER).call(operation::get);
    }

    private static Target target(String id, String arn, Consumer<Target.Builder> more) {
        return Target.builder().id(id).arn(arn).applyMutation(more).build();
    }

    private void put(Target... targets) {
        var answer = call(() -> api.putTargets(r -> r.rule("r").targets(targets)));
        assertThat(answer.failedEntryCount()).isZero();
    }

    private List<Target> listed() {
        return call(() -> api.listTargetsByRule(r -> r.rule("r"))).targets();
    }

    @Test
    void answersExactlyWhatWasPutInThatOrder() {
        var first =
                target(
                        "z",
                        TOPIC,
                        t ->
                                t.inputTransformer(i ->
                                        i.inputPathsMap(Map.of("a", "$.detail.a"))
                                                .inputTemplate("\"<a>\"")));
        var second =
                target(
                        "a",
                        "arn:aws:kinesis:us-east-1:123456789012:stream/s",
                        t ->
                                t.roleArn("arn:aws:iam::123456789012:role/r")
                                        .kinesisParameters(k -> k.partitionKeyPath("$.id"))
                                        .retryPolicy(p ->
                                                p.maximumRetryAttempts(3)
                                                        .maximumEventAgeInSeconds(60)));
        var third =
                target(
                        "h",
                        "arn:aws:events:us-east-1:123456789012:api-destination/d/0f0e0d0c-0000-0000-0000-000000000000",
                        t ->
                                t.inputPath("$.detail")
                                        .httpParameters(h ->
                                                h.pathParameterValues("x")
                                                        .headerParameters(Map.of("h", "$.id"))));
        put(first, second);
        put(third);
        assertThat(listed()).containsExactly(first, second, third);
        var replaced = target("z", TOPIC, t -> t.input("{\"a\":1}"));
        put(replaced);
        assertThat(listed()).containsExactly(replaced, second, third);
        var page = call(() -> api.listTargetsByRule(r -> r.rule("r").limit(2)));
        assertThat(page.targets()).containsExactly(replaced, second);
        assertThat(
                        call(() ->
                                        api.listTargetsByRule(
                                                r -> r.rule("r").nextToken(page.nextToken())))
                                .targets())
                .containsExactly(third);
        call(() -> api.putTargets(r -> r.rule("s").targets(target("x", TOPIC, t -> {}))));
        assertThat(call(() -> api.listRuleNamesByTarget(r -> r.targetArn(TOPIC))).ruleNames())
                .containsExactly("r", "s");
        assertThat(
                        call(() -> api.removeTargets(r -> r.rule("r").ids("z", "a", "h", "never")))
                                .failedEntryCount())
                .isZero();
        assertThat(listed()).isEmpty();
    }

    @Test
    void refusesInAwsWordsAndKeepsNothing() {
        refuse(
                "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
                target("t", TOPIC, t -> t.input("1").inputPath("$.a")));
        refuse(
                "InputTemplate for target t contains invalid placeholder b.",
                target("t", TOPIC, t -> t.inputTransformer(i -> i.inputTemplate("\"<b>\""))));
        refuse(
                "Parameter nonsense is not valid. Reason: Provided Arn is not in correct format.",
                target("t", "nonsense", t -> {}));
        refuse(
                "Parameter arn:aws:lambda:us-east-1:123456789012:function:f is not valid. Reason: Targets of lambda",
                target("t", "arn:aws:lambda:us-east-1:123456789012:function:f", t -> {}));
        refuse(
                "Parameter(s) DeadLetterConfig can not be specified",
                target(
                        "t",
                        TOPIC,
                        t ->
                                t.deadLetterConfig(
                                        d -> d.arn("arn:aws:sqs:us-east-1:123456789012:q"))));
        refuse("JSON syntax error in input for target t", target("t", TOPIC, t -> t.input("{")));
        refuse(
                "Invalid InputTemplate for target t",
                target("t", TOPIC, t -> t.inputTransformer(i -> i.inputTemplate("x"))));
        refuse(
                "1 validation error detected: Value 'a b' at 'targets.2.member.id' failed to satisfy constraint:",
                target("t", TOPIC, t -> {}),
                target("a b", TOPIC, t -> {}));
        assertThat(listed()).isEmpty();
        assertThatThrownBy(() -> call(() -> api.listTargetsByRule(r -> r.rule("none"))))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Rule none does not exist on EventBus default.");
    }

    private void refuse(String message, Target... targets) {
        assertThatThrownBy(() -> call(() -> api.putTargets(r -> r.rule("r").targets(targets))))
                .as(Arrays.toString(targets))
                .hasMessageStartingWith(message);
    }

    @Test
    void aRuleHasFiveTargets() {
        for (var i = 0; i < PgTargets.MAX_TARGETS; i++) {
            put(target("t" + i, TOPIC, t -> {}));
        }
        put(target("t3", TOPIC, t -> {}));
        assertThatThrownBy(() -> put(target("t5", TOPIC, t -> {})))
                .isInstanceOf(LimitExceededException.class);
        assertThat(rules.delete(new RuleName(new BusName(TENANT, "default"), "r"))).isFalse();
    }
}
