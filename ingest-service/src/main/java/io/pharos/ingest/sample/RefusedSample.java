package io.pharos.ingest.sample;

/// A sample or series that can not be kept; others of its request can. The message is for the sender.
public final class RefusedSample extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusedSample(String message) {
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        var message = super.getMessage();
        return message == null ? "" : message;
    }
}
