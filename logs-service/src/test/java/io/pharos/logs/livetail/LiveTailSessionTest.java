package io.pharos.logs.livetail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.logs.pattern.FilterPattern;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionStart;
import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionUpdate;
import software.amazon.awssdk.services.cloudwatchlogs.model.SessionTimeoutException;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

class LiveTailSessionTest {
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");
    private static final String ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:";
    private static final long NOW = 1_767_225_600_000L;

    private final AtomicInteger ended = new AtomicInteger();
    private final Client client = new Client();
    private final LiveTailSession session =
            new LiveTailSession(
                    new LiveTailFilter(
                            TENANT, Map.of(), Set.of(), List.of(), FilterPattern.parse("")),
                    StartLiveTailResponseStream.sessionStartBuilder().build(),
                    NOW,
                    new Random(1),
                    ended::incrementAndGet);

    private static final class Client implements Subscriber<StartLiveTailResponseStream> {
        final List<StartLiveTailResponseStream> got = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
        private final List<Subscription> subscriptions = new ArrayList<>();

        void request(long n) {
            subscriptions.getFirst().request(n);
        }

        void leave() {
            subscriptions.getFirst().cancel();
        }

        List<LiveTailSessionUpdate> updates() {
            return got.stream()
                    .filter(LiveTailSessionUpdate.class::isInstance)
                    .map(LiveTailSessionUpdate.class::cast)
                    .toList();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscriptions.add(subscription);
        }

        @Override
        public void onNext(StartLiveTailResponseStream event) {
            got.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onComplete() {}
    }

    private void add(int from, int to) {
        for (var i = from; i < to; i++) {
            session.add(LiveTailSessionLogEvent.builder().message(String.valueOf(i)).build());
        }
    }

    private static List<Integer> lines(LiveTailSessionUpdate update) {
        return update.sessionResults().stream().map(e -> Integer.valueOf(e.message())).toList();
    }

    @Test
    void aLineGoesOutAtOnceAndAQuietSecondEndsWithAnEmptyUpdate() {
        session.subscribe(client);
        client.request(100);
        assertThat(client.got).singleElement().isInstanceOf(LiveTailSessionStart.class);
        session.advance(NOW + 10);
        assertThat(client.updates()).isEmpty();
        add(0, 2);
        session.advance(NOW + 20);
        assertThat(client.updates()).hasSize(1);
        assertThat(lines(client.updates().getFirst())).containsExactly(0, 1);
        session.advance(NOW + 1_000);
        assertThat(client.updates()).as("this second had its update").hasSize(1);
        session.advance(NOW + 2_000);
        session.advance(NOW + 2_500);
        session.advance(NOW + 3_000);
        assertThat(client.updates()).hasSize(3);
        assertThat(client.updates().getLast().sessionResults()).isEmpty();
        assertThat(client.updates()).allMatch(u -> !u.sessionMetadata().sampled());
    }

    @Test
    void aSecondShowsFiveHundredLinesSampledInOrder() {
        session.subscribe(client);
        client.request(100);
        for (var i = 0; i < 50; i++) {
            add(i * 100, (i + 1) * 100);
            session.advance(NOW + i * 10);
        }
        session.advance(NOW + 1_000);
        var shown = client.updates().stream().flatMap(u -> lines(u).stream()).toList();
        assertThat(shown).hasSize(LiveTailSession.MAX_RESULTS).isSorted().doesNotHaveDuplicates();
        assertThat(shown).filteredOn(n -> n > 2_500).as("a fair share").hasSizeBetween(80, 190);
        assertThat(client.updates().getLast().sessionMetadata().sampled()).isTrue();
        add(0, 400);
        session.advance(NOW + 1_100);
        session.advance(NOW + 2_000);
        assertThat(client.updates().getLast().sessionResults()).hasSize(150);
        assertThat(client.updates().getLast().sessionMetadata().sampled()).isFalse();
    }

    @Test
    void aSlowClientLosesTheOldestUpdatesButNotTheStart() {
        session.subscribe(client);
        for (var i = 0; i < 20; i++) {
            add(i, i + 1);
            session.advance(NOW + i);
        }
        client.request(Long.MAX_VALUE);
        assertThat(client.got.getFirst()).isInstanceOf(LiveTailSessionStart.class);
        assertThat(client.updates().stream().flatMap(u -> lines(u).stream()))
                .containsExactly(11, 12, 13, 14, 15, 16, 17, 18, 19);
        assertThat(client.got).hasSize(LiveTailSession.MAX_WAITING);
    }

    @Test
    void threeHoursAreTheEnd() {
        session.subscribe(client);
        client.request(100);
        session.advance(NOW + LiveTailSession.MAX_AGE.toMillis());
        assertThat(client.failures).singleElement().isInstanceOf(SessionTimeoutException.class);
        session.advance(NOW + LiveTailSession.MAX_AGE.toMillis() + 5_000);
        client.leave();
        assertThat(ended).hasValue(1);
    }

    @Test
    void aClientThatLeavesEndsIt() {
        session.subscribe(client);
        client.request(100);
        client.leave();
        assertThat(ended).hasValue(1);
        add(0, 5);
        session.advance(NOW + 5_000);
        assertThat(client.updates()).isEmpty();
        assertThat(client.failures).isEmpty();
    }

    private static void refused(StartLiveTailRequest.Builder request, String message) {
        assertThatThrownBy(() -> LiveTailFilter.check(request.build(), TENANT))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
    }

    private static StartLiveTailRequest.Builder of(String... groups) {
        return StartLiveTailRequest.builder()
                .logGroupIdentifiers(List.of(groups).stream().map(ARN::concat).toList());
    }

    @Test
    void requestsAreCheckedAsAwsDoes() {
        refused(StartLiveTailRequest.builder(), "Value null at 'logGroupIdentifiers' failed");
        refused(
                of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
                "Member must have length less than or equal to 10");
        refused(of("g:*"), "Member must satisfy regular expression pattern");
        refused(StartLiveTailRequest.builder().logGroupIdentifiers("g"), "must be an ARN");
        refused(
                of("g").logStreamNames("a").logStreamNamePrefixes("b"),
                "Only one of logStreamNames or logStreamNamePrefixes can be provided.");
        refused(
                of("g", "h").logStreamNamePrefixes("b"),
                "logStreamNames and logStreamNamePrefixes can only be used with a single log group.");
        refused(of("g").logStreamNames("a:b"), "[^:*]*");
        refused(of("g").logEventFilterPattern("x".repeat(1025)), "'logEventFilterPattern'");
        refused(of("g").logEventFilterPattern("\"\"\"\""), "Invalid filter pattern");
    }

    @Test
    void streamsAreChosenByNameOrPrefix() {
        var all = LiveTailFilter.check(of("g", "h").build(), TENANT);
        assertThat(all.wants(TENANT, "h", "any")).isTrue();
        assertThat(all.wants(TENANT, "i", "any")).isFalse();
        assertThat(all.wants(new Tenant("000000000000", "eu-west-1"), "g", "any")).isFalse();
        var prefixed =
                LiveTailFilter.check(of("g").logStreamNamePrefixes("a", "b").build(), TENANT);
        assertThat(prefixed.wants(TENANT, "g", "b1")).isTrue();
        assertThat(prefixed.wants(TENANT, "g", "c1")).isFalse();
        var named = LiveTailFilter.check(of("g").logStreamNames("a").build(), TENANT);
        assertThat(named.wants(TENANT, "g", "a")).isTrue();
        assertThat(named.wants(TENANT, "g", "ab")).isFalse();
    }
}
