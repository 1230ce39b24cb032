package io.pharos.alarms.ledger;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;

import java.util.List;
import java.util.Set;

/// Which alarms DescribeAlarms is asked for; null asks for any.
///
/// @param after names up to this one were told already; empty to begin
/// @param limit how many are wanted
public record AlarmFilter(
        Set<AlarmType> types,
        @Nullable List<String> names,
        @Nullable String namePrefix,
        @Nullable String state,
        @Nullable String actionPrefix,
        String after,
        int limit) {}
