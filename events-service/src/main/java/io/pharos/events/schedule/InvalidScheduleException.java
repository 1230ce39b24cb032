package io.pharos.events.schedule;

/// A schedule expression that AWS refuses.
public final class InvalidScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// AWS gives no reason, so this one is for logs only.
    public InvalidScheduleException(String reason) {
        super(reason, null, false, false);
    }
}
