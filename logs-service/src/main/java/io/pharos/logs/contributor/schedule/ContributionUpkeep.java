package io.pharos.logs.contributor.schedule;

import io.pharos.kit.Loop;
import io.pharos.logs.contributor.pg.PgContributions;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Merges what rules counted, and removes what is too old.
@Singleton
final class ContributionUpkeep {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration EXPIRE_EVERY = Duration.ofMinutes(10);

    private final PgContributions contributions;
    private final InstantSource clock;
    private final Loop loop = new Loop("logs-contributions", PAUSE, this::run);
    private Instant expireAt = Instant.MIN;

    ContributionUpkeep(PgContributions contributions, InstantSource clock) {
        this.contributions = contributions;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    private void run() {
        var now = clock.instant();
        contributions.merge(now.toEpochMilli());
        if (!now.isBefore(expireAt)) {
            contributions.expire(now.toEpochMilli());
            expireAt = now.plus(EXPIRE_EVERY);
        }
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        loop.close();
    }
}
