package io.pharos.events.delivery;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which delivery is tried next. Each target has a lane with a bounded queue and few tries at a time,
/// fewer still while it fails; lanes take turns, so a slow target delays nobody else. What finds no
/// room stays in the outbox. Not thread-safe.
public final class Lanes {
    public static final int MAX_QUEUED = 10_000;
    public static final int MAX_QUEUED_PER_LANE = 500;
    public static final int MAX_IN_FLIGHT = 256;
    public static final int MAX_IN_FLIGHT_PER_LANE = 16;
    public static final int MAX_IN_FLIGHT_OF_FAILING = 2;

    private final Map<String, Lane> lanes = new HashMap<>();
    private final ArrayDeque<Lane> ready = new ArrayDeque<>();
    private int queued;
    private int inFlight;

    private static final class Lane {
        final String name;
        final ArrayDeque<Leased> queue = new ArrayDeque<>();
        int inFlight;
        boolean failing;
        boolean isReady;

        Lane(String name) {
            this.name = name;
        }

        boolean canStart() {
            return !queue.isEmpty()
                    && inFlight < (failing ? MAX_IN_FLIGHT_OF_FAILING : MAX_IN_FLIGHT_PER_LANE);
        }
    }

    /// @return false when there is no room
    public boolean offer(Leased delivery) {
        var lane = lanes.computeIfAbsent(delivery.delivery().lane(), Lane::new);
        if (queued >= MAX_QUEUED || lane.queue.size() >= MAX_QUEUED_PER_LANE) {
            return false;
        }
        lane.queue.add(delivery);
        queued++;
        makeReady(lane);
        return true;
    }

    private void makeReady(Lane lane) {
        if (!lane.isReady && lane.canStart()) {
            lane.isReady = true;
            ready.add(lane);
        }
    }

    /// The next one to try, which counts as in flight until it [#ended]; empty when none may start.
    public Optional<Leased> start() {
        if (inFlight >= MAX_IN_FLIGHT || ready.isEmpty()) {
            return Optional.empty();
        }
        var lane = ready.remove();
        lane.isReady = false;
        var next = lane.queue.remove();
        queued--;
        inFlight++;
        lane.inFlight++;
        makeReady(lane);
        return Optional.of(next);
    }

    /// @param reached whether the target answered as it should
    public void ended(String laneName, boolean reached) {
        var lane = lanes.get(laneName);
        if (lane == null) {
            throw new IllegalStateException("nothing in flight on " + laneName);
        }
        inFlight--;
        lane.inFlight--;
        lane.failing = !reached;
        makeReady(lane);
        if (lane.inFlight == 0 && lane.queue.isEmpty()) {
            lanes.remove(laneName);
        }
    }

    /// How many more could be queued.
    public int room() {
        return MAX_QUEUED - queued;
    }

    /// Lanes that take no more for now.
    public Set<String> full() {
        return lanes.values().stream()
                .filter(lane -> lane.queue.size() >= MAX_QUEUED_PER_LANE / 2)
                .map(lane -> lane.name)
                .collect(Collectors.toSet());
    }

    /// Takes out everything that has not started.
    public List<Leased> drain() {
        var rest = lanes.values().stream().flatMap(lane -> lane.queue.stream()).toList();
        lanes.values().forEach(lane -> lane.queue.clear());
        lanes.values().forEach(lane -> lane.isReady = false);
        ready.clear();
        queued = 0;
        return rest;
    }
}
