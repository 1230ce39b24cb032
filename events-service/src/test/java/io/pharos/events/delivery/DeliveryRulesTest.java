package io.pharos.events.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.events.bus.BusName;
import io.pharos.events.rule.Rule;
import io.pharos.events.rule.RuleName;
import io.pharos.events.target.Input;
import io.pharos.events.target.Target;
import io.pharos.events.target.Target.RetryPolicy;
import io.pharos.stream.BusEvent;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

class DeliveryRulesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final BusName BUS = new BusName(TENANT, BusName.DEFAULT);
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:t";

    @Test
    void retriesForADayOr185Times() {
        for (var attempts = 1; attempts <= 185; attempts++) {
            var most = Duration.ofSeconds(Math.min(600, 1L << Math.min(attempts - 1, 20)));
            assertThat(next(null, attempts, NOON))
                    .hasValueSatisfying(at -> assertThat(at).isBetween(NOON, NOON.plus(most)));
        }
        assertThat(next(null, 186, NOON)).isEmpty();
        assertThat(next(null, 1, NOON.plus(Duration.ofHours(24)))).isEmpty();
    }

    @Test
    void theTargetsPolicyEndsRetriesEarlier() {
        assertThat(next(new RetryPolicy(0, null), 1, NOON)).isEmpty();
        assertThat(next(new RetryPolicy(2, null), 2, NOON)).isPresent();
        assertThat(next(new RetryPolicy(2, null), 3, NOON)).isEmpty();
        assertThat(next(new RetryPolicy(null, Duration.ofMinutes(1)), 1, NOON.plusSeconds(60)))
                .isEmpty();
    }

    @Test
    void theTargetsWishToWaitIsHonoured() {
        assertThat(Retries.next(delivery(null, 1), Duration.ofMinutes(3), NOON, new Random(1)))
                .contains(NOON.plus(Duration.ofMinutes(3)));
        assertThat(Retries.next(delivery(null, 1), Duration.ofHours(25), NOON, new Random(1)))
                .isEmpty();
    }

    private static Optional<Instant> next(@Nullable RetryPolicy policy, int attempts, Instant now) {
        return Retries.next(delivery(policy, attempts), Duration.ZERO, now, new Random(attempts));
    }

    private static Delivery delivery(@Nullable RetryPolicy policy, int attempts) {
        var delivery = Delivery.of(new RuleName(BUS, "r"), target(TOPIC, policy), event("{}", 0));
        for (var i = 0; i < attempts; i++) {
            delivery = delivery.failedOnceMore();
        }
        return delivery;
    }

    private static Target target(String arn, @Nullable RetryPolicy policy) {
        return new Target("t", arn, null, new Input.Matched(), null, null, policy);
    }

    private static BusEvent event(String detail, int hops) {
        return BusEvent.newBuilder()
                .setAccount(TENANT.account())
                .setRegion(TENANT.region())
                .setBus("default")
                .setId("e-1")
                .setSource("aws.logs")
                .setDetailType("AWS API Call via CloudTrail")
                .setDetail(detail)
                .setTimeMs(NOON.toEpochMilli())
                .setIngestedMs(NOON.toEpochMilli())
                .setHops(hops)
                .build();
    }

    @Test
    void oneEventRuleAndTargetAreOneDeliveryForEver() {
        var rules = rules(Rule.State.ENABLED, TOPIC);
        var first = rules.deliveries(event("{}", 0));
        assertThat(first).hasSize(1);
        assertThat(rules.deliveries(event("{}", 0))).isEqualTo(first);
    }

    @Test
    void plainRulesDoNotSeeReadOnlyCalls() {
        var read = event("{\"readOnly\":true}", 0);
        var write = event("{\"readOnly\":false}", 0);
        assertThat(rules(Rule.State.ENABLED, TOPIC).deliveries(read)).isEmpty();
        assertThat(rules(Rule.State.ENABLED, TOPIC).deliveries(write)).hasSize(1);
        var all = rules(Rule.State.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS, TOPIC);
        assertThat(all.deliveries(read)).hasSize(1);
        assertThat(rules(Rule.State.DISABLED, TOPIC).deliveries(write)).isEmpty();
    }

    @Test
    void forwardedEventsAreNotForwardedAgain() {
        var rules = rules(Rule.State.ENABLED, "arn:aws:events:us-east-1:123456789012:event-bus/b");
        assertThat(rules.deliveries(event("{}", 0))).hasSize(1);
        assertThat(rules.deliveries(event("{}", 1))).isEmpty();
        assertThat(rules(Rule.State.ENABLED, TOPIC).deliveries(event("{}", 1))).hasSize(1);
    }

    private static RuleSet rules(Rule.State state, String targetArn) {
        var rule =
                new Rule(
                        BUS,
                        "r",
                        "{\"source\":[\"aws.logs\"]}",
                        null,
                        state,
                        null,
                        null,
                        TENANT.account());
        return new RuleSet(1, List.of(rule), Map.of("r", List.of(target(targetArn, null))));
    }

    @Test
    void aSlowTargetTakesItsOwnRoomOnly() {
        var lanes = new Lanes();
        for (var i = 0; i < Lanes.MAX_QUEUED_PER_LANE; i++) {
            assertThat(lanes.offer(leased("slow", i))).isTrue();
        }
        assertThat(lanes.offer(leased("slow", -1))).isFalse();
        assertThat(lanes.full()).containsExactly(lane("slow"));
        for (var i = 0; i < Lanes.MAX_IN_FLIGHT_PER_LANE; i++) {
            assertThat(lanes.start()).isPresent();
        }
        assertThat(lanes.start()).isEmpty();
        assertThat(lanes.offer(leased("quick", 0))).isTrue();
        assertThat(lanes.start())
                .hasValueSatisfying(
                        next -> assertThat(next.delivery().lane()).isEqualTo(lane("quick")));
        lanes.ended(lane("quick"), true);
        for (var i = 0; i < Lanes.MAX_IN_FLIGHT_PER_LANE; i++) {
            lanes.ended(lane("slow"), false);
        }
        for (var i = 0; i < Lanes.MAX_IN_FLIGHT_OF_FAILING; i++) {
            assertThat(lanes.start()).isPresent();
        }
        assertThat(lanes.start()).isEmpty();
    }

    @Test
    void takesNoMoreThanItHolds() {
        var lanes = new Lanes();
        var taken = 0;
        for (var i = 0; i < Lanes.MAX_QUEUED + 100; i++) {
            taken += lanes.offer(leased("t" + i % 100, i)) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(Lanes.MAX_QUEUED);
        assertThat(lanes.room()).isZero();
        var started = 0;
        while (lanes.start().isPresent()) {
            started++;
        }
        assertThat(started).isEqualTo(Lanes.MAX_IN_FLIGHT);
        assertThat(lanes.drain()).hasSize(Lanes.MAX_QUEUED - Lanes.MAX_IN_FLIGHT);
        assertThat(lanes.room()).isEqualTo(Lanes.MAX_QUEUED);
    }

    private static Leased leased(String name, int number) {
        var rule = new RuleName(BUS, "r" + number);
        return new Leased(Delivery.of(rule, target(lane(name), null), event("{}", 0)), NOON);
    }

    private static String lane(String name) {
        return "arn:aws:sns:us-east-1:123456789012:" + name;
    }
}
