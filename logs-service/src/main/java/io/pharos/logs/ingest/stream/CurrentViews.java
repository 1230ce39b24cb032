package io.pharos.logs.ingest.stream;

import io.pharos.logs.ingest.ArrivalView;
import io.pharos.wire.Tenant;

/// Finds the view of a group's events for who reads the stream beside the consumer that stores them.
@FunctionalInterface
public interface CurrentViews {
    CurrentViews PLAIN = (_, _) -> ArrivalView.PLAIN;

    /// As it is now.
    ArrivalView now(Tenant owner, String logGroup);
}
