package io.pharos.events.rule.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.events.bus.pg.PgBuses;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.kit.Database;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Rule;
import software.amazon.awssdk.services.eventbridge.model.Tag;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// Rules as their clients see them, on a real database.
class EventBridgeApiIT {
    private static final Caller CALLER =
            new Caller(
                    new Tenant("123456789012", "us-east-1"),
                    "AKIA1",
                    "arn:aws:iam::123456789012:root",
                    "r-1",
                    Instant.parse("2026-01-30T10:00:00Z"),
                    "127.0.0.1",
                    "test");
    private static final String PATTERN = "{\"source\":[\"a\"]}";

    private final Database database = new Database(TestDatabase.fresh("events"));
    private final RuleApi rules = new RuleApi(new PgRules(database), new PgBuses(database));
    private final TagApi tags = new TagApi(new PgRules(database), new PgBuses(database));

    private static <T> T call(Supplier<T> operation) {
        return ScopedValue.where(Caller.SCOPE, CALLER).call(operation::get);
    }

    @Test
    void aRuleIsReplacedAsAWholeButKeepsItsTags() {
        var arn =
                call(() ->
                        rules.putRule(r ->
                                        r.name("r")
                                                .eventPattern(PATTERN)
                                                .description("d")
                                                .tags(Tag.builder().key("k").value("v").build()))
                                .ruleArn());
        assertThat(arn).isEqualTo("arn:aws:events:us-east-1:123456789012:rule/r");
        call(() ->
                rules.putRule(
                        r -> r.name("r").scheduleExpression("rate(5 minutes)").state("DISABLED")));
        var described = call(() -> rules.describeRule(r -> r.name("r")));
        assertThat(described.eventPattern()).isNull();
        assertThat(described.description()).isNull();
        assertThat(described.scheduleExpression()).isEqualTo("rate(5 minutes)");
        assertThat(described.stateAsString()).isEqualTo("DISABLED");
        assertThat(described.createdBy()).isEqualTo("123456789012");
        assertThat(described.eventBusName()).isEqualTo("default");
        assertThat(call(() -> tags.listTagsForResource(r -> r.resourceARN(arn))).tags())
                .containsExactly(Tag.builder().key("k").value("v").build());
        call(() -> tags.untagResource(r -> r.resourceARN(arn).tagKeys("k")));
        assertThat(call(() -> tags.listTagsForResource(r -> r.resourceARN(arn))).tags()).isEmpty();
        call(() -> rules.enableRule(r -> r.name("r")));
        assertThat(call(() -> rules.describeRule(r -> r.name("r"))).stateAsString())
                .isEqualTo("ENABLED");
        call(() -> rules.deleteRule(r -> r.name("r")));
        call(() -> rules.deleteRule(r -> r.name("r")));
        refuse(
                () -> rules.describeRule(r -> r.name("r")),
                ResourceNotFoundException.class,
                "Rule r does not exist on EventBus default.");
    }

    @Test
    void refusesInAwsWords() {
        refuse(
                () -> rules.putRule(r -> r.name("r")),
                AwsError.class,
                "Parameter(s) EventPattern or ScheduleExpression must be specified.");
        refuse(
                () -> rules.putRule(r -> r.name("r").scheduleExpression("rate(1 minutes)")),
                AwsError.class,
                "Parameter ScheduleExpression is not valid.");
        refuse(
                () ->
                        rules.putRule(r ->
                                r.name("r").eventBusName("b").scheduleExpression("rate(1 minute)")),
                AwsError.class,
                "ScheduleExpression is supported only on the default event bus.");
        refuse(
                () -> rules.putRule(r -> r.name("r").eventBusName("b").eventPattern(PATTERN)),
                ResourceNotFoundException.class,
                "Event bus b does not exist.");
        refuse(
                () -> rules.putRule(r -> r.name("r").eventPattern("{}")),
                InvalidEventPatternException.class,
                "Event pattern is not valid. Reason: Empty objects are not allowed");
        refuse(
                () -> rules.putRule(r -> r.name("a b").eventPattern(PATTERN)),
                AwsError.class,
                "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must"
                        + " satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+");
        refuse(
                () -> rules.testEventPattern(r -> r.eventPattern(PATTERN).event("{}")),
                AwsError.class,
                "Parameter Event is not valid.");
    }

    private static void refuse(
            Supplier<?> operation, Class<? extends RuntimeException> type, String message) {
        assertThatThrownBy(() -> call(operation))
                .isInstanceOf(type)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).startsWith(message));
    }

    @Test
    void listsByNameAndPage() {
        for (var name : List.of("b", "a1", "a3", "a2", "A")) {
            call(() -> rules.putRule(r -> r.name(name).eventPattern(PATTERN)));
        }
        var all = call(() -> rules.listRules(r -> {}));
        assertThat(all.rules()).extracting(Rule::name).containsExactly("A", "a1", "a2", "a3", "b");
        assertThat(all.nextToken()).isNull();
        var first = call(() -> rules.listRules(r -> r.namePrefix("a").limit(2)));
        assertThat(first.rules()).extracting(Rule::name).containsExactly("a1", "a2");
        var second =
                call(() ->
                        rules.listRules(
                                r -> r.namePrefix("a").limit(2).nextToken(first.nextToken())));
        assertThat(second.rules()).extracting(Rule::name).containsExactly("a3");
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void aBusHolds300Rules() {
        for (var i = 0; i < PgRules.MAX_RULES; i++) {
            var name = "r" + i;
            call(() -> rules.putRule(r -> r.name(name).eventPattern(PATTERN)));
        }
        refuse(
                () -> rules.putRule(r -> r.name("more").eventPattern(PATTERN)),
                LimitExceededException.class,
                "The requested resource exceeds the maximum number allowed.");
        call(() -> rules.putRule(r -> r.name("r7").eventPattern("{\"source\":[\"b\"]}")));
    }
}
