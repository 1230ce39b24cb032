package io.pharos.events.rule.api;

import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Page;
import io.pharos.events.bus.Tags;
import io.pharos.events.bus.pg.PgBuses;
import io.pharos.events.pattern.EventPattern;
import io.pharos.events.pattern.InvalidPatternException;
import io.pharos.events.pattern.TestEvent;
import io.pharos.events.rule.Rule;
import io.pharos.events.rule.RuleName;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.events.schedule.InvalidScheduleException;
import io.pharos.events.schedule.ScheduleExpression;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.DisableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DisableRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.EnableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.EnableRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ListRulesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListRulesResponse;
import software.amazon.awssdk.services.eventbridge.model.PutRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.PutRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.Tag;
import software.amazon.awssdk.services.eventbridge.model.TestEventPatternRequest;
import software.amazon.awssdk.services.eventbridge.model.TestEventPatternResponse;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Rules of event buses, and TestEventPattern.
@Singleton
final class RuleApi implements EventBridgeClient {
    private final PgRules rules;
    private final PgBuses buses;

    RuleApi(PgRules rules, PgBuses buses) {
        this.rules = rules;
        this.buses = buses;
    }

    @Override
    public PutRuleResponse putRule(PutRuleRequest request) {
        Constraints.check()
                .required("name", request.name())
                .pattern("name", request.name(), RuleName.PATTERN)
                .length("name", request.name(), 1, 64)
                .length(
                        "scheduleExpression",
                        request.scheduleExpression(),
                        0,
                        ScheduleExpression.MAX_LENGTH)
                .length("eventPattern", request.eventPattern(), 0, EventPattern.MAX_LENGTH)
                .length("description", request.description(), 0, 512)
                .oneOf("state", request.stateAsString(), Arrays.asList(Rule.State.values()))
                .orThrow();
        var caller = Caller.current();
        var bus = BusName.of(caller.tenant(), request.eventBusName());
        var pattern = given(request.eventPattern());
        var schedule = given(request.scheduleExpression());
        if (pattern == null && schedule == null) {
            throw AwsError.validation(
                    "Parameter(s) EventPattern or ScheduleExpression must be specified.");
        }
        if (schedule != null) {
            check(schedule, bus);
        }
        if (pattern != null) {
            compiled(pattern);
        }
        var state =
                request.stateAsString() == null
                        ? Rule.State.ENABLED
                        : Rule.State.valueOf(request.stateAsString());
        var rule =
                new Rule(
                        bus,
                        request.name(),
                        pattern,
                        schedule,
                        state,
                        request.description(),
                        request.roleArn(),
                        caller.tenant().account());
        var tags =
                Tags.NONE.with(
                        request.tags().stream()
                                .collect(
                                        Collectors.toMap(Tag::key, Tag::value, (_, last) -> last)));
        switch (rules.put(rule, tags, caller.receivedAt())) {
            case NO_BUS -> throw bus.doesNotExist();
            case TOO_MANY ->
                    throw LimitExceededException.builder()
                            .message("The requested resource exceeds the maximum number allowed.")
                            .build();
            case DONE -> {}
        }
        return PutRuleResponse.builder().ruleArn(rule.arn()).build();
    }

    private static @Nullable String given(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static void check(String schedule, BusName bus) {
        if (!bus.isDefault()) {
            throw AwsError.validation(
                    "ScheduleExpression is supported only on the default event bus.");
        }
        try {
            ScheduleExpression.parse(schedule);
        } catch (InvalidScheduleException invalid) {
            throw AwsError.validation("Parameter ScheduleExpression is not valid.");
        }
    }

    private static EventPattern compiled(String pattern) {
        try {
            return new EventPattern(pattern);
        } catch (InvalidPatternException invalid) {
            throw InvalidEventPatternException.builder().message(invalid.getMessage()).build();
        }
    }

    @Override
    public DescribeRuleResponse describeRule(DescribeRuleRequest request) {
        var name = name(request.name(), request.eventBusName());
        var rule = rules.find(name).orElseThrow(() -> missing(name));
        return DescribeRuleResponse.builder()
                .name(rule.name())
                .arn(rule.arn())
                .eventPattern(rule.pattern())
                .scheduleExpression(rule.schedule())
                .state(rule.state().name())
                .description(rule.description())
                .roleArn(rule.roleArn())
                .eventBusName(rule.bus().name())
                .createdBy(rule.createdBy())
                .build();
    }

    private static RuleName name(@Nullable String rule, @Nullable String bus) {
        Constraints.check()
                .required("name", rule)
                .pattern("name", rule, RuleName.PATTERN)
                .length("name", rule, 1, 64)
                .orThrow();
        return new RuleName(BusName.of(Caller.current().tenant(), bus), rule == null ? "" : rule);
    }

    private RuntimeException missing(RuleName name) {
        return buses.find(name.bus()).isEmpty() ? name.bus().doesNotExist() : name.doesNotExist();
    }

    @Override
    public DeleteRuleResponse deleteRule(DeleteRuleRequest request) {
        var name = name(request.name(), request.eventBusName());
        if (buses.find(name.bus()).isEmpty()) {
            throw name.bus().doesNotExist();
        }
        if (!rules.delete(name)) {
            throw AwsError.validation("Rule can't be deleted since it has targets.");
        }
        return DeleteRuleResponse.builder().build();
    }

    @Override
    public ListRulesResponse listRules(ListRulesRequest request) {
        var bus = BusName.of(Caller.current().tenant(), request.eventBusName());
        if (buses.find(bus).isEmpty()) {
            throw bus.doesNotExist();
        }
        var limit = Page.limit(request.limit());
        var prefix = request.namePrefix() == null ? "" : request.namePrefix();
        var rows = rules.list(bus, prefix, Page.after(request.nextToken()), limit + 1);
        var page = Page.of(rows, limit, Rule::name);
        return ListRulesResponse.builder()
                .rules(page.items().stream().map(RuleApi::listed).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static software.amazon.awssdk.services.eventbridge.model.Rule listed(Rule rule) {
        return software.amazon.awssdk.services.eventbridge.model.Rule.builder()
                .name(rule.name())
                .arn(rule.arn())
                .eventPattern(rule.pattern())
                .scheduleExpression(rule.schedule())
                .state(rule.state().name())
                .description(rule.description())
                .roleArn(rule.roleArn())
                .eventBusName(rule.bus().name())
                .build();
    }

    @Override
    public EnableRuleResponse enableRule(EnableRuleRequest request) {
        change(name(request.name(), request.eventBusName()), Rule.State.ENABLED);
        return EnableRuleResponse.builder().build();
    }

    @Override
    public DisableRuleResponse disableRule(DisableRuleRequest request) {
        change(name(request.name(), request.eventBusName()), Rule.State.DISABLED);
        return DisableRuleResponse.builder().build();
    }

    private void change(RuleName name, Rule.State state) {
        if (!rules.change(name, state, Caller.current().receivedAt())) {
            throw missing(name);
        }
    }

    @Override
    public TestEventPatternResponse testEventPattern(TestEventPatternRequest request) {
        Constraints.check()
                .required("eventPattern", request.eventPattern())
                .length("eventPattern", request.eventPattern(), 0, EventPattern.MAX_LENGTH)
                .required("event", request.event())
                .orThrow();
        var pattern = compiled(request.eventPattern());
        var event =
                TestEvent.parse(request.event())
                        .orElseThrow(() -> AwsError.validation("Parameter Event is not valid."));
        return TestEventPatternResponse.builder().result(pattern.matches(event)).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
