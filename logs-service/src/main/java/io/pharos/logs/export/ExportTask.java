package io.pharos.logs.export;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;

import java.util.UUID;

/// An export task as it is kept.
///
/// @param streamPrefix null: every stream
/// @param fromMs inclusive
/// @param toMs exclusive
/// @param doneStream streams up to this name are in the bucket already; empty for none
/// @param completedMs null: not ended
public record ExportTask(
        UUID id,
        Tenant tenant,
        @Nullable String name,
        String logGroup,
        @Nullable String streamPrefix,
        long fromMs,
        long toMs,
        String bucket,
        String prefix,
        ExportTaskStatusCode code,
        @Nullable String message,
        long createdMs,
        @Nullable Long completedMs,
        String doneStream) {
    /// AWS: the file that shows that the bucket can be written.
    public String testKey() {
        return prefix + "/aws-logs-write-test";
    }

    /// The file `part` of a stream, from 0. AWS: every `/` of the stream's name is a `-` there.
    public String key(String logStream, int part) {
        return "%s/%s/%s/%06d.gz".formatted(prefix, id, logStream.replace('/', '-'), part);
    }
}
