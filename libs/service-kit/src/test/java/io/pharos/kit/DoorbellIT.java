package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.testkit.Eventually;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Against a real PostgreSQL.
class DoorbellIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final javax.sql.DataSource source = TestDatabase.fresh("kit");
    private final Database database = new Database(source);
    private final AtomicInteger rung = new AtomicInteger();

    @Test
    void hearsItsOwnWordsOnly() throws Exception {
        try (var _ = bell()) {
            var before = rung.get();
            say("bell", "other");
            say("elsewhere", "mine");
            say("bell", "mine");
            Eventually.within(SOON, () -> assertThat(rung.get()).isEqualTo(before + 1));
        }
    }

    @Test
    void hearsAgainWhenTheConnectionBroke() throws Exception {
        try (var _ = bell()) {
            database.run(tx ->
                    tx.createStatement()
                            .execute(
                                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                            + " WHERE query = 'LISTEN bell'"
                                            + " AND datname = current_database()"));
            // What may have been said meanwhile is not known: that rings, too.
            Eventually.within(SOON, () -> assertThat(rung.get()).isEqualTo(2));
            say("bell", "mine");
            Eventually.within(SOON, () -> assertThat(rung.get()).isEqualTo(3));
        }
    }

    @Test
    void saysNothingBeforeTheTransactionEnds() throws Exception {
        try (var _ = bell()) {
            database.run(tx -> {
                tx.createStatement().execute("SELECT pg_notify('bell', 'mine')");
                assertThat(rung.get()).isEqualTo(1);
            });
            Eventually.within(SOON, () -> assertThat(rung.get()).isEqualTo(2));
        }
    }

    private Doorbell bell() {
        var bell = new Doorbell(source, "bell", Map.of("mine", rung::incrementAndGet)).start();
        Eventually.within(SOON, () -> assertThat(rung.get()).isEqualTo(1));
        return bell;
    }

    private void say(String channel, String what) {
        database.run(tx -> {
            try (var say = tx.prepareStatement("SELECT pg_notify(?, ?)")) {
                say.setString(1, channel);
                say.setString(2, what);
                say.execute();
            }
        });
    }
}
