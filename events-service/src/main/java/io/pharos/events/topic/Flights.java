package io.pharos.events.topic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// What is being delivered right now, kept so that a dead subscriber never holds up the others: each
/// has few attempts at a time, and those that failed last share a part of the room, never all of it.
public final class Flights {
    /// Attempts one subscriber may have at a time before no more are claimed for it.
    public static final int PER_SUBSCRIPTION = 8;

    /// Attempts at a time, to all subscribers.
    public static final int TOTAL = 512;

    /// Of these, what subscribers whose last attempt failed may hold.
    public static final int FAILING = 128;

    private static final int MAX_REMEMBERED_FAILING = 10_000;

    private final Map<UUID, Integer> flying = new HashMap<>();
    private final Set<UUID> failing = new HashSet<>();
    private int total;

    public synchronized void started(UUID subscription) {
        flying.merge(subscription, 1, Integer::sum);
        total++;
    }

    public synchronized void ended(UUID subscription, boolean reached) {
        flying.computeIfPresent(subscription, (_, n) -> n == 1 ? null : n - 1);
        total--;
        if (reached) {
            failing.remove(subscription);
        } else if (failing.size() < MAX_REMEMBERED_FAILING) {
            failing.add(subscription);
        }
    }

    /// How many more attempts may start.
    public synchronized int room() {
        return TOTAL - total;
    }

    /// Subscribers for which nothing is to be claimed now.
    public synchronized Set<UUID> full() {
        var full = new HashSet<UUID>();
        var held = 0;
        for (var entry : flying.entrySet()) {
            if (entry.getValue() >= PER_SUBSCRIPTION) {
                full.add(entry.getKey());
            }
            if (failing.contains(entry.getKey())) {
                held += entry.getValue();
            }
        }
        if (held >= FAILING) {
            full.addAll(failing);
        }
        return full;
    }
}
