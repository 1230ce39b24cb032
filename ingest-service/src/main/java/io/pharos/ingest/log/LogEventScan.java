package io.pharos.ingest.log;

import io.pharos.ingest.entity.SentEntity;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads PutLogEvents requests in JSON, UTF-8 to UTF-8, without a string or an object an event, as long
/// as they are what clients send: known members, each once, of the type they should have.
///
/// Whatever else it meets, it declines: then nothing is said about the request, and the generic way
/// answers. So it may be stricter than AWS anywhere, and more lenient nowhere. For one thread at a time.
public final class LogEventScan {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final int MAX_DIGITS = 18;
    private static final int MAX_KEPT = 1 << 18; // between requests
    private static final int MAX_ROOM = 2 * LogBatchCodec.MAX_BATCH_BYTES;

    private static final byte[] GROUP = ascii("logGroupName");
    private static final byte[] STREAM = ascii("logStreamName");
    private static final byte[] EVENTS = ascii("logEvents");
    private static final byte[] SEQUENCE_TOKEN = ascii("sequenceToken");
    private static final byte[] TIMESTAMP = ascii("timestamp");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] ENTITY = ascii("entity");
    private static final byte[] KEY_ATTRIBUTES = ascii("keyAttributes");
    private static final byte[] ATTRIBUTES = ascii("attributes");
    private static final int MAX_ATTRIBUTES = 16; // more than an entity may have

    private byte[] json = {};
    private int size;
    private int at;

    // The last string: where it is, without its escapes.
    private byte[] text = {};
    private int textFrom;
    private int textLength;
    private byte[] unescaped = {};

    private @Nullable String group;
    private @Nullable String stream;
    private PackedEvents.@Nullable Builder events;
    private @Nullable SentEntity entity;

    /// What a request asks for: its members as sent, of any length.
    ///
    /// @param entity null: the request has none
    public record Request(
            String logGroupName,
            String logStreamName,
            PackedEvents events,
            @Nullable SentEntity entity) {}

    /// Without a trace: an ordinary outcome.
    private static final class Declined extends RuntimeException {
        private static final long serialVersionUID = 1L;
        static final Declined INSTANCE = new Declined();

        private Declined() {
            super(null, null, false, false);
        }
    }

    /// Reads a request whole; its bytes are not held afterwards.
    ///
    /// @return empty when it is not what this reads
    public Optional<Request> read(byte[] request) {
        json = request;
        size = request.length;
        at = 0;
        group = null;
        stream = null;
        events = null;
        entity = null;
        try {
            return request();
        } catch (Declined | IndexOutOfBoundsException declined) {
            return Optional.empty();
        } finally {
            json = new byte[0];
            text = json;
            events = null;
            if (unescaped.length > MAX_KEPT) {
                unescaped = new byte[0];
            }
        }
    }

    private Optional<Request> request() {
        expect('{');
        do {
            string();
            expect(':');
            if (isText(GROUP) && group == null) {
                group = name();
            } else if (isText(STREAM) && stream == null) {
                stream = name();
            } else if (isText(EVENTS) && events == null) {
                events = new PackedEvents.Builder(Math.min(size, MAX_ROOM));
                events(events);
            } else if (isText(SEQUENCE_TOKEN)) {
                string();
            } else if (isText(ENTITY) && entity == null) {
                entity = entity();
            } else {
                throw Declined.INSTANCE;
            }
        } while (goesOn('}'));
        skipSpace();
        if (at != size || group == null || stream == null || events == null) {
            throw Declined.INSTANCE;
        }
        return Optional.of(new Request(group, stream, events.build(), entity));
    }

    private SentEntity entity() {
        Map<String, String> keyAttributes = null;
        Map<String, String> attributes = null;
        expect('{');
        do {
            string();
            expect(':');
            if (isText(KEY_ATTRIBUTES) && keyAttributes == null) {
                keyAttributes = attributes();
            } else if (isText(ATTRIBUTES) && attributes == null) {
                attributes = attributes();
            } else {
                throw Declined.INSTANCE;
            }
        } while (goesOn('}'));
        return new SentEntity(
                keyAttributes == null ? Map.of() : keyAttributes,
                attributes == null ? Map.of() : attributes);
    }

    private Map<String, String> attributes() {
        var found = new LinkedHashMap<String, String>();
        expect('{');
        do {
            var attribute = name();
            if (text != json) {
                throw Declined.INSTANCE; // names with escapes: to others, not all are names
            }
            expect(':');
            if (found.size() == MAX_ATTRIBUTES || found.put(attribute, name()) != null) {
                throw Declined.INSTANCE;
            }
        } while (goesOn('}'));
        return found;
    }

    private String name() {
        string();
        return new String(text, textFrom, textLength, StandardCharsets.UTF_8);
    }

    private void events(PackedEvents.Builder into) {
        expect('[');
        do {
            if (into.count() == LogBatchCodec.MAX_EVENTS) {
                throw Declined.INSTANCE;
            }
            event(into);
        } while (goesOn(']'));
    }

    private void event(PackedEvents.Builder into) {
        var timestamp = -1L;
        var message = -1;
        var length = 0;
        byte[] bytes = {};
        expect('{');
        do {
            string();
            expect(':');
            if (isText(TIMESTAMP) && timestamp < 0) {
                timestamp = number();
            } else if (isText(MESSAGE) && message < 0) {
                string();
                bytes = text;
                message = textFrom;
                length = textLength;
                if (bytes == unescaped) {
                    unescaped = new byte[0]; // names follow
                }
            } else {
                throw Declined.INSTANCE;
            }
        } while (goesOn('}'));
        if (timestamp < 0 || message < 0) {
            throw Declined.INSTANCE;
        }
        into.add(timestamp, bytes, message, length);
        if (bytes != json) {
            unescaped = bytes;
        }
    }

    // ---- tokens ----

    private boolean isText(byte[] name) {
        return textLength == name.length
                && Arrays.equals(text, textFrom, textFrom + textLength, name, 0, name.length);
    }

    /// Whether there is one more, after a comma.
    private boolean goesOn(char end) {
        skipSpace();
        var b = json[at++];
        if (b == ',') {
            return true;
        }
        if (b != end) {
            throw Declined.INSTANCE;
        }
        return false;
    }

    private void expect(char token) {
        skipSpace();
        if (json[at++] != token) {
            throw Declined.INSTANCE;
        }
    }

    private void skipSpace() {
        for (byte b;
                at < size && ((b = json[at]) == ' ' || b == '\n' || b == '\r' || b == '\t'); ) {
            at++;
        }
    }

    /// A whole number that is not negative.
    private long number() {
        skipSpace();
        var start = at;
        var value = 0L;
        for (byte b; (b = json[at]) >= '0' && b <= '9'; at++) {
            value = value * 10 + (b - '0');
        }
        var digits = at - start;
        if (digits == 0 || digits > MAX_DIGITS || digits > 1 && json[start] == '0') {
            throw Declined.INSTANCE;
        }
        return value;
    }

    /// Eight bytes at a time, where they are as they come.
    private void string() {
        expect('"');
        var start = at;
        text = json;
        textFrom = start;
        while (true) {
            plain();
            var b = json[at];
            if (b == '"') {
                textLength = at++ - start;
                return;
            }
            if (b == '\\') {
                unescape(start);
                return;
            }
            at += wellFormed(b);
        }
    }

    /// Moves to the next byte that is special, if there is one.
    private void plain() {
        while (at + Long.BYTES <= size) {
            var special = special((long) LONGS.get(json, at));
            if (special != 0) {
                at += Long.numberOfTrailingZeros(special) >>> 3;
                return;
            }
            at += Long.BYTES;
        }
        for (byte b; (b = json[at]) >= ' ' && b != '"' && b != '\\'; ) {
            at++;
        }
    }

    /// In each byte's highest bit: above ASCII; below a space; a quote; a backslash. Right for the lowest
    /// such byte.
    private static long special(long word) {
        return (word
                        | (word - ONES * ' ' & ~word)
                        | zeros(word ^ QUOTES)
                        | zeros(word ^ BACKSLASHES))
                & HIGHS;
    }

    private static long zeros(long word) {
        return word - ONES & ~word;
    }

    /// Goes on at the first escape of a string that began at `start`.
    private void unescape(int start) {
        var done = at - start;
        // No escape is shorter than what it means; words are written whole.
        if (unescaped.length < done + Long.BYTES) {
            unescaped = new byte[Math.max(2 * done + Long.BYTES, 1 << 12)];
        }
        var out = unescaped;
        System.arraycopy(json, start, out, 0, done);
        while (true) {
            if (out.length - done < 2 * Long.BYTES) {
                out = Arrays.copyOf(out, out.length * 2);
            }
            if (at + Long.BYTES <= size) {
                var word = (long) LONGS.get(json, at);
                var special = special(word);
                LONGS.set(out, done, word);
                if (special == 0) {
                    at += Long.BYTES;
                    done += Long.BYTES;
                    continue;
                }
                var plain = Long.numberOfTrailingZeros(special) >>> 3;
                at += plain;
                done += plain;
            }
            var b = json[at];
            if (b == '"') {
                at++;
                unescaped = out;
                text = out;
                textFrom = 0;
                textLength = done;
                return;
            }
            if (b == '\\') {
                done = escape(out, done);
            } else {
                var bytes = wellFormed(b);
                for (var i = 0; i < bytes; i++) {
                    out[done++] = json[at++];
                }
            }
        }
    }

    /// @return where to go on in `out`
    private int escape(byte[] out, int end) {
        var kind = json[at + 1];
        var meant =
                switch (kind) {
                    case '"', '\\', '/' -> kind;
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'u' -> -1;
                    default -> throw Declined.INSTANCE;
                };
        at += 2;
        if (meant >= 0) {
            out[end] = (byte) meant;
            return end + 1;
        }
        var point = (int) hex();
        if (Character.isHighSurrogate((char) point)) {
            if (json[at] != '\\' || json[at + 1] != 'u') {
                throw Declined.INSTANCE;
            }
            at += 2;
            var low = hex();
            if (!Character.isLowSurrogate(low)) {
                throw Declined.INSTANCE;
            }
            point = Character.toCodePoint((char) point, low);
        } else if (Character.isLowSurrogate((char) point)) {
            throw Declined.INSTANCE;
        }
        return utf8(point, out, end);
    }

    private char hex() {
        var value = 0;
        for (var i = 0; i < 4; i++) {
            var digit = Character.digit(json[at++], 16);
            if (digit < 0) {
                throw Declined.INSTANCE;
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private static int utf8(int point, byte[] out, int end) {
        if (point < 0x80) {
            out[end] = (byte) point;
            return end + 1;
        }
        if (point < 0x800) {
            out[end] = (byte) (0xC0 | point >> 6);
            out[end + 1] = (byte) (0x80 | point & 0x3F);
            return end + 2;
        }
        if (point < 0x10000) {
            out[end] = (byte) (0xE0 | point >> 12);
            out[end + 1] = (byte) (0x80 | point >> 6 & 0x3F);
            out[end + 2] = (byte) (0x80 | point & 0x3F);
            return end + 3;
        }
        out[end] = (byte) (0xF0 | point >> 18);
        out[end + 1] = (byte) (0x80 | point >> 12 & 0x3F);
        out[end + 2] = (byte) (0x80 | point >> 6 & 0x3F);
        out[end + 3] = (byte) (0x80 | point & 0x3F);
        return end + 4;
    }

    /// How many bytes the character takes that is next.
    private int wellFormed(byte first) {
        if (first >= ' ') {
            return 1;
        }
        var second = json[at + 1];
        if ((first & 0xE0) == 0xC0 && (first & 0x1E) != 0 && isFurther(second)) {
            return 2;
        }
        if ((first & 0xF0) == 0xE0 && isFurther(second) && isFurther(json[at + 2])) {
            var start = (first & 0xF) << 6 | second & 0x3F;
            if (start >= 0x20
                    && (start < 0x360 || start > 0x37F)) { // not longer than needed; no surrogate
                return 3;
            }
        }
        if ((first & 0xF8) == 0xF0
                && isFurther(second)
                && isFurther(json[at + 2])
                && isFurther(json[at + 3])) {
            var start = (first & 7) << 6 | second & 0x3F;
            if (start >= 0x10 && start <= 0x10F) {
                return 4;
            }
        }
        throw Declined.INSTANCE;
    }

    private static boolean isFurther(byte b) {
        return (b & 0xC0) == 0x80;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
