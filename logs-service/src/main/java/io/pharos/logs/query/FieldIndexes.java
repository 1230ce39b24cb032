package io.pharos.logs.query;

import io.pharos.logs.group.LogGroup;

import java.util.OptionalLong;
import java.util.Set;

/// Which fields groups have an index of, as far as `filterIndex` is concerned.
@FunctionalInterface
public interface FieldIndexes {
    /// AWS: indexed in every group.
    Set<String> ALWAYS =
            Set.of(
                    "@logStream",
                    "@aws.region",
                    "@aws.account",
                    "@source.log",
                    "@data_source_name",
                    "@data_source_type",
                    "@data_format",
                    "traceId",
                    "severityText",
                    "attributes.session.id");

    /// Those that all groups have, and no others.
    FieldIndexes OF_ALL_GROUPS =
            (_, fields) -> ALWAYS.containsAll(fields) ? OptionalLong.of(0) : OptionalLong.empty();

    /// From which receive time on a group's events are in the indexes of all these fields; empty: it has
    /// none of some.
    OptionalLong since(LogGroup group, Set<String> fields);
}
