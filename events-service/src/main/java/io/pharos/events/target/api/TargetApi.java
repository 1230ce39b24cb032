package io.pharos.events.target.api;

import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Page;
import io.pharos.events.bus.pg.PgBuses;
import io.pharos.events.rule.RuleName;
import io.pharos.events.target.pg.PgTargets;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ListRuleNamesByTargetRequest;
import software.amazon.awssdk.services.eventbridge.model.ListRuleNamesByTargetResponse;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsResponse;

import java.util.List;
import java.util.function.Function;

/// Targets of rules.
@Singleton
final class TargetApi implements EventBridgeClient {
    private final PgTargets targets;
    private final PgBuses buses;

    TargetApi(PgTargets targets, PgBuses buses) {
        this.targets = targets;
        this.buses = buses;
    }

    @Override
    public PutTargetsResponse putTargets(PutTargetsRequest request) {
        var rule = name(request.rule(), request.eventBusName());
        TargetShape.check(request.targets());
        var tenant = Caller.current().tenant();
        var read =
                request.targets().stream().map(target -> TargetShape.read(target, tenant)).toList();
        switch (targets.put(rule, read)) {
            case NO_RULE -> throw missing(rule);
            case TOO_MANY ->
                    throw LimitExceededException.builder()
                            .message("The requested resource exceeds the maximum number allowed.")
                            .build();
            case DONE -> {}
        }
        return PutTargetsResponse.builder().failedEntryCount(0).failedEntries(List.of()).build();
    }

    private static RuleName name(@Nullable String rule, @Nullable String bus) {
        Constraints.check()
                .required("rule", rule)
                .pattern("rule", rule, RuleName.PATTERN)
                .length("rule", rule, 1, 64)
                .orThrow();
        return new RuleName(BusName.of(Caller.current().tenant(), bus), rule == null ? "" : rule);
    }

    private RuntimeException missing(RuleName rule) {
        return buses.find(rule.bus()).isEmpty() ? rule.bus().doesNotExist() : rule.doesNotExist();
    }

    @Override
    public RemoveTargetsResponse removeTargets(RemoveTargetsRequest request) {
        var rule = name(request.rule(), request.eventBusName());
        Constraints.check()
                .required("ids", request.hasIds() ? request.ids() : null)
                .size("ids", request.ids(), 1, 100)
                .orThrow();
        if (!targets.remove(rule, request.ids())) {
            throw missing(rule);
        }
        return RemoveTargetsResponse.builder().failedEntryCount(0).failedEntries(List.of()).build();
    }

    @Override
    public ListTargetsByRuleResponse listTargetsByRule(ListTargetsByRuleRequest request) {
        var rule = name(request.rule(), request.eventBusName());
        var limit = Page.limit(request.limit());
        var after = Page.after(request.nextToken());
        var all = targets.of(rule).orElseThrow(() -> missing(rule));
        // In the order they were put; a token names the last one seen.
        var from = 0;
        for (var i = 0; i < all.size() && !after.isEmpty(); i++) {
            from = all.get(i).id().equals(after) ? i + 1 : from;
        }
        var page =
                Page.of(
                        all.subList(from, Math.min(all.size(), from + limit + 1)),
                        limit,
                        t -> t.id());
        return ListTargetsByRuleResponse.builder()
                .targets(page.items().stream().map(TargetShape::write).toList())
                .nextToken(page.nextToken())
                .build();
    }

    @Override
    public ListRuleNamesByTargetResponse listRuleNamesByTarget(
            ListRuleNamesByTargetRequest request) {
        Constraints.check()
                .required("targetArn", request.targetArn())
                .length("targetArn", request.targetArn(), 1, 1_600)
                .orThrow();
        var bus = BusName.of(Caller.current().tenant(), request.eventBusName());
        if (buses.find(bus).isEmpty()) {
            throw bus.doesNotExist();
        }
        var limit = Page.limit(request.limit());
        var rows =
                targets.rules(bus, request.targetArn(), Page.after(request.nextToken()), limit + 1);
        var page = Page.of(rows, limit, Function.identity());
        return ListRuleNamesByTargetResponse.builder()
                .ruleNames(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
