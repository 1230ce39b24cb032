package io.pharos.logs.ingest;

import io.pharos.stream.log.PackedEvents;

/// How those who watch arriving events see them.
public interface ArrivalView {
    /// As they came.
    ArrivalView PLAIN =
            new ArrivalView() {
                @Override
                public PackedEvents shown(PackedEvents events, long receivedMs) {
                    return events;
                }

                @Override
                public TransformedEvents transformed(
                        PackedEvents events, long receivedMs, String logStream) {
                    return new TransformedEvents(events, 0, 0, 0);
                }
            };

    /// With sensitive data masked; the same object when there is nothing to mask.
    PackedEvents shown(PackedEvents events, long receivedMs);

    /// What the group's transformer makes of them, masked. Those that it fails on, and all when there is
    /// none, are as they are shown.
    TransformedEvents transformed(PackedEvents events, long receivedMs, String logStream);

    /// Events, each in the place of the one it was made of.
    ///
    /// @param transformed how many were
    /// @param bytes of these
    /// @param errors how many a processor failed on
    record TransformedEvents(PackedEvents events, int transformed, long bytes, int errors) {}
}
