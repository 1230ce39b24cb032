package io.pharos.logs;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidOperationException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ValidationException;

/// Errors that CloudWatch Logs shows its clients, with AWS's texts, to be thrown by the caller.
public final class LogsError {
    private LogsError() {}

    public static ResourceNotFoundException noSuchGroup() {
        return notFound("The specified log group does not exist.");
    }

    public static ResourceNotFoundException noSuchStream() {
        return notFound("The specified log stream does not exist.");
    }

    public static ResourceNotFoundException notFound(String message) {
        return ResourceNotFoundException.builder().message(message).build();
    }

    public static ResourceAlreadyExistsException exists(String message) {
        return ResourceAlreadyExistsException.builder().message(message).build();
    }

    public static InvalidParameterException invalid(String message) {
        return InvalidParameterException.builder().message(message).build();
    }

    /// What a resource is not for, in its state or of its class.
    public static InvalidOperationException invalidOperation(String message) {
        return InvalidOperationException.builder().message(message).build();
    }

    public static ValidationException validation(String message) {
        return ValidationException.builder().message(message).build();
    }

    /// A page token that this service did not give out, or gave out for something else.
    public static InvalidParameterException badToken() {
        return invalid("The specified nextToken is invalid.");
    }

    public static LimitExceededException limitExceeded() {
        return LimitExceededException.builder().message("Resource limit exceeded.").build();
    }
}
