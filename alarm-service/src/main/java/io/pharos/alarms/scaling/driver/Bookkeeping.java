package io.pharos.alarms.scaling.driver;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// Scales nothing: instances are rows, and come and go after a while.
public final class Bookkeeping implements CapacityDriver {
    private final Duration pace;

    /// @param pace how long an instance takes to come or to go
    public Bookkeeping(Duration pace) {
        this.pace = pace;
    }

    @Override
    public boolean isBookkeeping() {
        return true;
    }

    @Override
    public Map<String, Outcome> advance(GroupWork work, Instant now) {
        var latest = now.minus(pace).toEpochMilli();
        var outcomes = new HashMap<String, Outcome>();
        Stream.concat(work.launching().stream(), work.terminating().stream())
                .filter(instance -> instance.sinceMs() <= latest)
                .forEach(instance -> outcomes.put(instance.id(), Outcome.DONE));
        return outcomes;
    }
}
