package io.pharos.logs.block;

import com.github.luben.zstd.Zstd;

import io.pharos.stream.log.ZstdFrames;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The values of one field of JSON messages, in the order of a block's events: as a dictionary with a
/// code for each event where values repeat, else one after the other. Inflated when first asked. For
/// one thread.
///
/// Dictionary: `1`, how many, their lengths, their bytes, a code an event (one byte if 255 are enough,
/// else two; 0: no value). Else: `0`, a length an event and one more (0: no value), their bytes.
public final class FieldColumn {
    /// Has no values.
    public static final FieldColumn NONE = new FieldColumn(new byte[0], 0, 0, 0, 0);

    private static final int PLAIN = 0;
    private static final int DICTIONARY = 1;
    private static final int MAX_DICTIONARY = 65_535;
    private static final int ONE_BYTE = 255;
    private static final int LEVEL = 1;

    private final byte[] source;
    private final int start;
    private final int size;
    private final int inflatedSize;
    private final int events;

    private byte @Nullable [] bytes;
    private boolean isDictionary;
    private @Nullable String[] values = {};
    private int[] starts = {};
    private int codes;

    /// @param start of its zstd frame in `source`
    FieldColumn(byte[] source, int start, int size, int inflatedSize, int events) {
        this.source = source;
        this.start = start;
        this.size = size;
        this.inflatedSize = inflatedSize;
        this.events = events;
    }

    /// Null when the event has no such field, or it is null there.
    public @Nullable String value(int event) {
        if (events == 0) {
            return null;
        }
        var inflated = bytes == null ? open() : bytes;
        var place = event;
        if (isDictionary) {
            var code =
                    starts.length - 1 <= ONE_BYTE
                            ? inflated[codes + event] & 0xFF
                            : inflated[codes + 2 * event] & 0xFF
                                    | (inflated[codes + 2 * event + 1] & 0xFF) << 8;
            if (code == 0) {
                return null;
            }
            place = code - 1;
        }
        var value = values[place];
        if (value == null && starts[place] >= 0) {
            var from = starts[place];
            value = new String(inflated, from, end(place) - from, StandardCharsets.UTF_8);
            values[place] = value;
        }
        return value;
    }

    private int end(int place) {
        var next = place + 1;
        while (starts[next] < 0) {
            next++;
        }
        return starts[next];
    }

    private byte[] open() {
        var inflated = new byte[inflatedSize];
        var written = ZstdFrames.open(source, start, size, inflated, inflatedSize);
        if (written != inflatedSize) {
            throw new IllegalArgumentException("damaged column");
        }
        var in = new Varints(inflated);
        isDictionary = in.get() == DICTIONARY;
        var count = isDictionary ? (int) in.get() : events;
        if (count < 0 || count > inflatedSize) {
            throw new IllegalArgumentException("damaged column");
        }
        var lengths = new int[count];
        for (var i = 0; i < count; i++) {
            lengths[i] = (int) in.get() - (isDictionary ? 0 : 1);
        }
        starts = new int[count + 1];
        var at = in.position();
        for (var i = 0; i < count; i++) {
            starts[i] = lengths[i] < 0 ? -1 : at;
            at += Math.max(0, lengths[i]);
        }
        starts[count] = at;
        codes = at;
        values = new String[count];
        if (at + (isDictionary ? events * (count <= ONE_BYTE ? 1 : 2) : 0) != inflatedSize) {
            throw new IllegalArgumentException("damaged column");
        }
        bytes = inflated;
        return inflated;
    }

    /// A column before it is stored.
    record Packed(String name, byte[] frame, int inflatedSize) {}

    /// @param dictionary distinct values
    /// @param codes of the dictionary and one more, an event each; 0: no value
    static Packed pack(String name, byte[][] dictionary, int[] codes, int events) {
        var size = 0;
        for (var value : dictionary) {
            size += value.length + 3;
        }
        var out = new Varints(size + 2 * events + 16);
        if (dictionary.length <= MAX_DICTIONARY && dictionary.length <= events / 2) {
            out.put(DICTIONARY);
            out.put(dictionary.length);
            for (var value : dictionary) {
                out.put(value.length);
            }
            for (var value : dictionary) {
                out.put(value, 0, value.length);
            }
            for (var event = 0; event < events; event++) {
                out.putByte(codes[event]);
                if (dictionary.length > ONE_BYTE) {
                    out.putByte(codes[event] >>> 8);
                }
            }
        } else {
            out.put(PLAIN);
            for (var event = 0; event < events; event++) {
                out.put(codes[event] == 0 ? 0 : dictionary[codes[event] - 1].length + 1);
            }
            for (var event = 0; event < events; event++) {
                if (codes[event] != 0) {
                    var value = dictionary[codes[event] - 1];
                    out.put(value, 0, value.length);
                }
            }
        }
        return new Packed(
                name, Zstd.compress(Arrays.copyOf(out.bytes(), out.size()), LEVEL), out.size());
    }
}
