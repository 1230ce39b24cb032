package io.pharos.logs.livetail.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.KafkaConnection;
import io.pharos.logs.TapHarness;
import io.pharos.logs.livetail.LiveTailFilter;
import io.pharos.logs.livetail.LiveTailSession;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.view.Policies;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.SteppingClock;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionUpdate;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Sessions over a real broker.
class LiveTailsIT {
    private final TapHarness harness = new TapHarness();
    private final LiveTails tails =
            new LiveTails(
                    KafkaConnection.to(harness.bootstrapServers()),
                    harness.views(),
                    SteppingClock.at(TapHarness.NOW.toString()));

    @AfterEach
    void stop() {
        harness.close();
    }

    private LiveTailSession open(String group, String pattern) {
        return open(TapHarness.TENANT, group, pattern);
    }

    private LiveTailSession open(Tenant tenant, String group, String pattern) {
        var arn = tenant.arn("logs", "log-group:" + group);
        var request =
                StartLiveTailRequest.builder()
                        .logGroupIdentifiers(arn)
                        .logEventFilterPattern(pattern)
                        .build();
        return tails.open(
                LiveTailFilter.check(request, tenant),
                StartLiveTailResponseStream.sessionStartBuilder().build(),
                TapHarness.NOW.toEpochMilli());
    }

    @Test
    void whatComesAfterTheStartIsShownToWhomItMatches() {
        harness.putEvents("app", "s", "before ERROR");
        var errors = new CopyOnWriteArrayList<String>();
        var all = new CopyOnWriteArrayList<String>();
        show(open("app", "ERROR"), errors);
        show(open("app", ""), all);
        harness.putEvents("other", "s", "ERROR elsewhere");
        harness.putEvents("app2", "s", "ERROR elsewhere");
        harness.putEvents("app", "s", "one", "ERROR two");
        harness.putEvents("app", "s2", "ERROR three");
        Eventually.within(
                Duration.ofSeconds(20),
                () -> {
                    assertThat(errors).containsExactlyInAnyOrder("ERROR two", "ERROR three");
                    assertThat(all).containsExactlyInAnyOrder("one", "ERROR two", "ERROR three");
                });
    }

    @Test
    void protectedDataIsMasked() {
        harness.createGroup("app");
        harness.policies()
                .put(
                        TapHarness.TENANT,
                        "app",
                        PolicyKind.DATA_PROTECTION,
                        Policies.protection("EmailAddress", null),
                        TapHarness.NOW.toEpochMilli());
        var lines = new CopyOnWriteArrayList<String>();
        show(open("app", "from"), lines);
        harness.putEvents("app", "s", "mail from jane@example.com");
        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThat(lines).containsExactly("mail from ****************"));
    }

    @Test
    void anAccountHasFifteenSessions() {
        var sessions = new ArrayList<LiveTailSession>();
        for (var i = 0; i < LiveTails.MAX_OF_TENANT; i++) {
            sessions.add(open("app", ""));
        }
        assertThatThrownBy(() -> open("app", "")).isInstanceOf(LimitExceededException.class);
        sessions.getFirst().fail(new IllegalStateException("gone"));
        sessions.set(0, open("app", ""));
        sessions.forEach(session -> session.fail(new IllegalStateException("gone")));
        assertThat(tails.count()).isZero();
    }

    @Test
    void aProcessHasTwoHundredSessions() {
        var sessions = new ArrayList<LiveTailSession>();
        for (var i = 0; i < LiveTails.MAX_SESSIONS; i++) {
            sessions.add(open(new Tenant("1234567890" + (10 + i / 10), "eu-west-1"), "app", ""));
        }
        assertThatThrownBy(() -> open("app", "")).isInstanceOf(LimitExceededException.class);
        sessions.forEach(session -> session.fail(new IllegalStateException("gone")));
        open("app", "").fail(new IllegalStateException("gone"));
    }

    private static void show(LiveTailSession session, List<String> lines) {
        session.subscribe(event -> {
            if (event instanceof LiveTailSessionUpdate update) {
                update.sessionResults().forEach(line -> lines.add(line.message()));
            }
        });
    }
}
