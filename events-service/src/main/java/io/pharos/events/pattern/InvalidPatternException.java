package io.pharos.events.pattern;

/// A pattern that can not be matched with. The message is AWS's, for InvalidEventPatternException.
public final class InvalidPatternException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidPatternException(String reason) {
        super("Event pattern is not valid. Reason: " + reason, null, false, false);
    }
}
