package io.pharos.logs.event;

import io.pharos.stream.log.PackedEvents;

import java.nio.charset.StandardCharsets;

/// Whether events may embed metrics, told from their bytes alone, so that nobody parses the others.
public final class EmbeddedMark {
    private static final byte[] MARK = "\"_aws\"".getBytes(StandardCharsets.US_ASCII);

    private EmbeddedMark() {}

    /// Whether some event may.
    public static boolean isIn(PackedEvents events) {
        for (var i = 0; i < events.count(); i++) {
            if (isIn(events, i)) {
                return true;
            }
        }
        return false;
    }

    /// A message that starts as an object and has the mark somewhere.
    public static boolean isIn(PackedEvents events, int event) {
        var bytes = events.bytes();
        var at = events.messageStart(event);
        var end = at + events.messageLength(event);
        while (at < end && isBlank(bytes[at])) {
            at++;
        }
        return at < end && bytes[at] == '{' && hasMark(bytes, at + 1, end - MARK.length);
    }

    private static boolean hasMark(byte[] bytes, int from, int last) {
        for (var at = from; at <= last; at++) {
            if (bytes[at] == '"' && bytes[at + 1] == '_' && isMark(bytes, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMark(byte[] bytes, int at) {
        for (var i = 2; i < MARK.length; i++) {
            if (bytes[at + i] != MARK[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }
}
