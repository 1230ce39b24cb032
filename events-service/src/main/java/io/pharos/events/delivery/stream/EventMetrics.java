package io.pharos.events.delivery.stream;

import io.pharos.events.bus.BusName;
import io.pharos.events.delivery.Delivery;
import io.pharos.events.rule.RuleName;
import io.pharos.kit.metric.OwnMetric;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.util.Set;

/// `AWS/Events`: what rules matched and what became of their invocations, in the account of the bus. What
/// is about a rule is told by `RuleName`, and by `EventBusName` and `RuleName`. Zeros are not told, as in AWS.
@Singleton
public final class EventMetrics {
    private static final String NAMESPACE = "AWS/Events";

    private final OwnMetrics metrics;

    public EventMetrics(OwnMetrics metrics) {
        this.metrics = metrics;
    }

    /// An event of one bus that these rules matched.
    public void matched(Set<RuleName> rules) {
        BusName bus = rules.iterator().next().bus();
        var tenant = bus.tenant();
        metrics.add(OwnMetric.of(tenant, NAMESPACE, "MatchedEvents", "Count"), 1);
        metrics.add(
                OwnMetric.of(
                        tenant, NAMESPACE, "MatchedEvents", "Count", "EventBusName", bus.name()),
                1);
        metrics.add(OwnMetric.of(tenant, NAMESPACE, "TriggeredRules", "Count"), rules.size());
        rules.forEach(rule -> count(rule, "TriggeredRules"));
    }

    /// A target took it.
    public void delivered(Delivery delivery, long nowMs) {
        attempted(delivery);
        count(delivery.rule(), "SuccessfulInvocationAttempts");
        count(delivery.rule(), "Invocations");
        var event = delivery.event();
        if (event.getIngestedMs() > 0) {
            latency(delivery.rule().bus().tenant(), Math.max(0, nowMs - event.getIngestedMs()));
        }
    }

    private void latency(Tenant tenant, long ms) {
        metrics.add(
                OwnMetric.of(
                        tenant, NAMESPACE, "IngestionToInvocationSuccessLatency", "Milliseconds"),
                ms);
    }

    /// A target did not take it, and is asked again.
    public void failedForNow(Delivery delivery) {
        attempted(delivery);
    }

    /// No target will get it.
    public void givenUp(Delivery delivery) {
        attempted(delivery);
        count(delivery.rule(), "Invocations");
        count(delivery.rule(), "FailedInvocations");
    }

    private void attempted(Delivery delivery) {
        count(delivery.rule(), "InvocationAttempts");
        if (delivery.attempts() > 0) {
            count(delivery.rule(), "RetryInvocationAttempts");
        }
    }

    private void count(RuleName rule, String name) {
        var tenant = rule.bus().tenant();
        metrics.add(OwnMetric.of(tenant, NAMESPACE, name, "Count", "RuleName", rule.name()), 1);
        metrics.add(
                OwnMetric.of(
                        tenant,
                        NAMESPACE,
                        name,
                        "Count",
                        "EventBusName",
                        rule.bus().name(),
                        "RuleName",
                        rule.name()),
                1);
    }
}
