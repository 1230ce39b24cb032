package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.wire.AwsError;

import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;

class FailuresTest {
    @Test
    void tellsWhatPassesFromWhatStays() {
        expect(true, new DatabaseException(new SQLException("gone", "08006")));
        expect(true, new DatabaseException(new SQLException("deadlock", "40P01")));
        expect(true, new IllegalStateException(new SQLException("shutdown", "57P01")));
        expect(true, new DatabaseException(new SQLException("pool is empty")));
        expect(true, new TimeoutException("broker"));
        expect(true, new UncheckedIOException(new IOException("connection reset")));
        expect(true, SdkClientException.create("not reached"));
        expect(true, CloudWatchLogsException.builder().statusCode(503).build());
        expect(true, AwsError.throttling("Rate exceeded"));
        expect(true, new AwsError("ServiceUnavailable", 503, "away"));

        expect(false, new DatabaseException(new SQLException("duplicate", "23505")));
        expect(false, new RecordTooLargeException("9 MB"));
        expect(false, ResourceNotFoundException.builder().statusCode(400).build());
        expect(false, AwsError.validation("bad"));
        expect(false, new IllegalStateException("a bug"));
    }

    /// What the handler calls poison stays poison, whatever its cause looks like.
    @Test
    void poisonIsNeverTransient() {
        var record = new StreamRecord("t", 0, 7, 0, new byte[0], new byte[0], null);
        var cause = new UncheckedIOException(new IOException("truncated"));
        expect(false, new PoisonRecordException(record, "unreadable", cause));
    }

    private static void expect(boolean isTransient, Throwable failure) {
        assertThat(Failures.isTransient(failure)).as("%s", failure).isEqualTo(isTransient);
    }
}
