package io.pharos.events.topic;

import software.amazon.awssdk.services.sns.model.AuthorizationErrorException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;

/// SNS's errors with its wording.
public final class SnsFault {
    private SnsFault() {}

    /// `Invalid parameter: <what>`.
    public static InvalidParameterException invalid(String what) {
        return InvalidParameterException.builder().message("Invalid parameter: " + what).build();
    }

    public static NotFoundException noTopic() {
        return NotFoundException.builder().message("Topic does not exist").build();
    }

    public static NotFoundException noSubscription() {
        return NotFoundException.builder().message("Subscription does not exist").build();
    }

    public static AuthorizationErrorException unauthorized(
            String principal, String action, String resource) {
        return AuthorizationErrorException.builder()
                .message(
                        "User: %s is not authorized to perform: SNS:%s on resource: %s because no resource-based policy allows the SNS:%s action"
                                .formatted(principal, action, resource, action))
                .build();
    }
}
