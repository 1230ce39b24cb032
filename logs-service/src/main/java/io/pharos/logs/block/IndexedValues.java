package io.pharos.logs.block;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Which values the indexed fields of a block have, as a Bloom filter: tells for sure that a field has a
/// value nowhere in it, and is wrong about one value of a hundred that it has not. Trigrams can not tell
/// that of a request's id: a thousand of them have all the trigrams there are.
///
/// How many fields, their names, each after its length, and the bits.
public final class IndexedValues {
    /// A block of short messages may have more values than this is good for.
    static final int MAX_BYTES = 64 << 10;

    private static final int BITS = 10; // a value
    private static final int HASHES = 7;
    private static final int MIN_BYTES = 8;

    private IndexedValues() {}

    /// Reads the indexed fields of one message after another.
    public interface Fields {
        /// The names that the fields have in queries.
        List<String> names();

        void read(byte[] text, int start, int end);

        /// What equal values have in common; null: the message has no such field.
        @Nullable String key(int field);
    }

    /// Of events `order[from]` to `order[to - 1]`.
    static byte[] of(Fields fields, EventTable events, int[] order, int from, int to) {
        var names = fields.names();
        var hashes = new long[16];
        var count = 0;
        var last = new String[names.size()];
        for (var i = from; i < to; i++) {
            var start = events.messageStart(order[i]);
            fields.read(events.text(), start, start + events.messageLength(order[i]));
            for (var field = 0; field < last.length; field++) {
                var key = fields.key(field);
                if (key != null && !key.equals(last[field])) {
                    last[field] = key;
                    if (count == hashes.length) {
                        hashes = Arrays.copyOf(hashes, 2 * count);
                    }
                    hashes[count++] = hash(names.get(field), key);
                }
            }
        }
        var distinct = Arrays.stream(hashes, 0, count).sorted().distinct().toArray();
        return packed(names, distinct);
    }

    private static byte[] packed(List<String> names, long[] hashes) {
        var out = new Varints(256);
        out.put(names.size());
        for (var name : names) {
            var bytes = name.getBytes(StandardCharsets.UTF_8);
            out.put(bytes.length);
            out.put(bytes, 0, bytes.length);
        }
        var size = Math.clamp((long) hashes.length * BITS / Byte.SIZE, MIN_BYTES, MAX_BYTES);
        var bits = new byte[size];
        for (var hash : hashes) {
            for (var i = 0; i < HASHES; i++) {
                var bit = bit(hash, i, size);
                bits[bit >>> 3] |= (byte) (1 << (bit & 7));
            }
        }
        out.put(bits, 0, size);
        return Arrays.copyOf(out.bytes(), out.size());
    }

    /// False: this field has this value nowhere in the block. True also of fields that it does not know.
    ///
    /// @param key see [Fields#key]
    public static boolean mayHave(byte[] values, String field, String key) {
        var in = new Varints(values);
        var isKnown = false;
        for (var names = in.get(); names > 0; names--) {
            isKnown |= in.text().equals(field);
        }
        if (!isKnown) {
            return true;
        }
        var start = in.position();
        var hash = hash(field, key);
        for (var i = 0; i < HASHES; i++) {
            var bit = bit(hash, i, values.length - start);
            if ((values[start + (bit >>> 3)] & 1 << (bit & 7)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(long hash, int number, int bytes) {
        var mixed = (int) hash + number * ((int) (hash >>> 32) | 1);
        return (int) ((mixed & 0xFFFF_FFFFL) * (bytes * 8L) >>> 32);
    }

    /// FNV-1a, with a stir at its end.
    private static long hash(String field, String key) {
        var hash = fnv(fnv(0xCBF29CE484222325L, field) * 31, key);
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }

    private static long fnv(long hash, String text) {
        for (var i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }
}
