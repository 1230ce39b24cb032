package io.pharos.ingest.log.door;

import java.util.ArrayList;
import java.util.List;

/// The events of one request at a door, in the order they were sent.
///
/// @param skipped values that are no events there
public record DoorEvents(List<DoorEvent> events, int skipped) {
    /// @param message never empty
    public record DoorEvent(long timestampMs, String message) {}

    /// Collects them.
    static final class Builder {
        private final List<DoorEvent> events = new ArrayList<>();
        private int skipped;

        void add(long timestampMs, String message) {
            if (message.isEmpty()) {
                skipped++;
            } else {
                events.add(new DoorEvent(timestampMs, message));
            }
        }

        void skip() {
            skipped++;
        }

        DoorEvents build() {
            return new DoorEvents(events, skipped);
        }
    }
}
