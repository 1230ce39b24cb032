package io.pharos.logs.ingest.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.ArrivalView;

import java.sql.SQLException;

/// Finds the view of a group's events.
@FunctionalInterface
public interface ArrivalViews {
    ArrivalViews PLAIN = (_, _) -> ArrivalView.PLAIN;

    /// As of this batch's transaction.
    ArrivalView of(StreamBatch batch, LogGroup group) throws SQLException;
}
