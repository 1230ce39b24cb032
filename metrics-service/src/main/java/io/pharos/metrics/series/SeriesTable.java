package io.pharos.metrics.series;

/// The numbers of the series that lately had samples, so that a known series costs no SQL. Knows a
/// series by its hash and a second, secret one ([IdentityKey]); keeps no text, 32 bytes each in open addresses
/// that are half to three quarters full.
///
/// Bounded: when it is full, what was not looked up since it last was goes, or half of it. A series that fell out
/// is found again in the index. Only committed series may be put. For one thread at a time.
public final class SeriesTable {
    private static final int FIRST_SLOTS = 1_024;
    private static final int HASH = 0;
    private static final int KEY = 1;
    private static final int ID = 2;

    /// When the index last heard of it, twice; and 1 when it was looked up lately.
    private static final int SEEN = 3;

    private static final int WORDS = 4;

    /// Slots of so many are fetched from memory at once.
    private static final int AHEAD = 64;

    private final int capacity;

    // What belongs to a series stands together, so that a look-up touches one line of memory.
    private long[] words = new long[WORDS * FIRST_SLOTS];
    private int size;

    /// @param capacity series at most
    public SeriesTable(int capacity) {
        this.capacity = capacity;
    }

    /// Looks series up. Several at a time, because a large table is not in a processor's caches: it waits for
    /// many lines of memory together.
    ///
    /// @param ids takes the number of each; 0 when it is not known
    /// @param seenMs takes when the index last heard of it
    public void find(long[] hashes, long[] keys, int count, long[] ids, long[] seenMs) {
        for (var from = 0; from < count; from += AHEAD) {
            var to = Math.min(count, from + AHEAD);
            for (var i = from; i < to; i++) {
                ids[i] = words[slot(hashes[i], keys[i])]; // not yet what is asked for
            }
            for (var i = from; i < to; i++) {
                var at = find(hashes[i], keys[i]);
                var seen = words[at + SEEN];
                ids[i] = words[at + ID];
                seenMs[i] = seen >>> 1;
                if (ids[i] != 0 && (seen & 1) == 0) {
                    words[at + SEEN] = seen | 1;
                }
            }
        }
    }

    /// Notes a series, new or not.
    ///
    /// @param id above 0
    /// @param seenMs when the index last heard of it
    public void put(long hash, long key, long id, long seenMs) {
        var at = find(hash, key);
        if (words[at + ID] == 0) {
            if (size >= capacity) {
                forget();
            }
            if (4 * (size + 1) > 3 * (words.length / WORDS)) {
                move(2 * words.length, size, false);
            }
            at = find(hash, key);
            words[at + HASH] = hash;
            words[at + KEY] = key;
            size++;
        }
        words[at + ID] = id;
        words[at + SEEN] = seenMs << 1 | 1;
    }

    /// Where the words of a series begin, or would.
    private int find(long hash, long key) {
        var at = slot(hash, key);
        while (words[at + ID] != 0 && (words[at + HASH] != hash || words[at + KEY] != key)) {
            at = at + WORDS & words.length - 1;
        }
        return at;
    }

    /// The key is secret: nobody can make many series meet in a slot.
    private int slot(long hash, long key) {
        return ((int) ((hash ^ key) >>> 20) & words.length / WORDS - 1) * WORDS;
    }

    private void forget() {
        move(words.length, capacity / 2, true);
    }

    /// @param most how many series stay
    /// @param lately whether only those that were looked up lately
    private void move(int length, int most, boolean lately) {
        var old = words;
        words = new long[length];
        size = 0;
        for (var from = 0; from < old.length && size < most; from += WORDS) {
            if (old[from + ID] != 0 && (!lately || (old[from + SEEN] & 1) != 0)) {
                var at = find(old[from + HASH], old[from + KEY]);
                System.arraycopy(old, from, words, at, WORDS);
                if (lately) {
                    words[at + SEEN] &= ~1L;
                }
                size++;
            }
        }
    }
}
