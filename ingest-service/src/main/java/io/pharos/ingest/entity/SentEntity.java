package io.pharos.ingest.entity;

import io.pharos.stream.LogEntity;

import java.util.Map;
import java.util.Optional;

/// An entity as a request has it.
public record SentEntity(Map<String, String> keyAttributes, Map<String, String> attributes) {
    /// What is wrong with it as the entity of log events.
    ///
    /// @param refused whether the log group is of a class that keeps none
    public Optional<EntityDefect> defectOfLogs(boolean refused) {
        return refused
                ? Optional.of(
                        new EntityDefect(
                                "UnsupportedLogGroupType",
                                "Log groups of this class keep no entities"))
                : EntityRules.check(keyAttributes, attributes, EntityRules.MAX_LOG_VALUE);
    }

    /// As it is sent on.
    public LogEntity toLogEntity() {
        return LogEntity.newBuilder()
                .putAllKeyAttributes(keyAttributes)
                .putAllAttributes(attributes)
                .build();
    }
}
