package io.pharos.events.topic;

/// An attribute of a topic or a subscription that can not be followed. Its message starts with the
/// attribute's name; the operation puts SNS's own prefix before it.
public final class InvalidPolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidPolicyException(String message) {
        super(message, null, false, false);
    }
}
