package io.pharos.kit;

import io.pharos.wire.AwsError;

import org.apache.kafka.common.errors.RetriableException;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

import java.io.IOException;
import java.sql.SQLException;

/// Tells failures that pass from failures that stay.
final class Failures {
    private static final int MAX_CAUSES = 20;
    private static final String DISK_FULL = "53100";

    private Failures() {}

    /// Whether PostgreSQL's disk is full.
    static boolean isDiskFull(Throwable failure) {
        var cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof SQLException sql && DISK_FULL.equals(sql.getSQLState())) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /// Whether the same work may succeed later without anybody changing it.
    static boolean isTransient(Throwable failure) {
        var cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            switch (cause) {
                case PoisonRecordException _ -> {
                    return false;
                }
                case DatabaseException database -> {
                    return database.isTransient();
                }
                case SQLException sql -> {
                    return new DatabaseException(sql).isTransient();
                }
                case RetriableException _,
                        IOException _,
                        SdkClientException _,
                        InterruptedException _ -> {
                    return true;
                }
                case SdkServiceException answer -> {
                    return answer.statusCode() >= 500 || answer.isThrottlingException();
                }
                case AwsError error -> {
                    return !error.isClientFault() || error.code().equals("ThrottlingException");
                }
                default -> cause = cause.getCause();
            }
        }
        return false;
    }
}
