package io.pharos.ingest.access;

/// A document that is no policy, or one that asks for what is not evaluated here.
public final class MalformedPolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedPolicyException(String message) {
        super(message, null, false, false);
    }
}
