package io.pharos.kit;

/// A record that can never be handled: unreadable bytes, or a fact that contradicts the store.
public final class PoisonRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    public PoisonRecordException(StreamRecord record, String reason, Throwable cause) {
        super(reason, cause);
        this.offset = record.offset();
    }

    public long offset() {
        return offset;
    }
}
