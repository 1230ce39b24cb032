package io.pharos.ingest.metric;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The texts of a request, each once, as places in its bytes. For one thread at a time.
final class TextTable {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_PROBES = 32;
    private static final int FIRST_SLOTS = 1_024;

    private byte[] json = {};
    private int count;
    private int[] from = new int[FIRST_SLOTS];
    private int[] to = new int[FIRST_SLOTS];
    private int[] slots = new int[2 * FIRST_SLOTS];

    /// Forgets the texts of the last request.
    void start(byte[] bytes) {
        json = bytes;
        count = 0;
        Arrays.fill(slots, 0);
    }

    int count() {
        return count;
    }

    int from(int text) {
        return from[text];
    }

    int to(int text) {
        return to[text];
    }

    /// By bytes.
    int compare(int one, int other) {
        return one == other
                ? 0
                : Arrays.compare(json, from[one], to[one], json, from[other], to[other]);
    }

    /// The number of a text.
    int intern(int textFrom, int textTo) {
        var mask = slots.length - 1;
        var slot = hash(textFrom, textTo) & mask;
        for (var probe = 0; probe < MAX_PROBES; probe++) {
            var text = slots[slot] - 1;
            if (text < 0) {
                return add(slot, textFrom, textTo);
            }
            if (to[text] - from[text] == textTo - textFrom
                    && Arrays.equals(json, from[text], to[text], json, textFrom, textTo)) {
                return text;
            }
            slot = slot + 1 & mask;
        }
        // Texts made to collide are no reason to search long.
        throw Declined.INSTANCE;
    }

    private int add(int slot, int textFrom, int textTo) {
        var text = count++;
        if (text == from.length) {
            from = Arrays.copyOf(from, 2 * text);
            to = Arrays.copyOf(to, 2 * text);
        }
        from[text] = textFrom;
        to[text] = textTo;
        slots[slot] = text + 1;
        if (2 * count > slots.length) {
            rehash();
        }
        return text;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        var mask = slots.length - 1;
        for (var text = 0; text < count; text++) {
            var slot = hash(from[text], to[text]) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = text + 1;
        }
    }

    private int hash(int textFrom, int textTo) {
        var hash = (textTo - textFrom) * 0x9E3779B97F4A7C15L;
        var at = textFrom;
        for (; at + Long.BYTES <= textTo; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(json, at));
        }
        var tail = 0L;
        for (; at < textTo; at++) {
            tail = tail << 8 | json[at];
        }
        hash = mix(hash ^ tail);
        return (int) (hash >>> 32);
    }

    private static long mix(long word) {
        var product = word * 0xD6E8FEB86659FD93L;
        return product ^ (product >>> 32);
    }
}
