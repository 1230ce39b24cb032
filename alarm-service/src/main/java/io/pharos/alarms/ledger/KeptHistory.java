package io.pharos.alarms.ledger;

import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;

/// A history item and its place.
public record KeptHistory(HistoryFilter.Position position, AlarmHistoryItem item) {}
