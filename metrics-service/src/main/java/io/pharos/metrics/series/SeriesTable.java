package io.pharos.metrics.series;

/// The numbers of the series that lately had samples, so that a known series costs no SQL. Knows a
/// series by its hash and a second, secret one ([IdentityKey]); keeps no text, some 30 bytes each.
///
/// Bounded: the newer half of what was looked up stays when it is full. A series that fell out is found
/// again in the index. Only committed series may be put. For one thread at a time.
public final class SeriesTable {
    private static final int FIRST_SLOTS = 1_024;

    private final int generationSize;
    private Generation young = new Generation(FIRST_SLOTS);
    private Generation old = new Generation(FIRST_SLOTS);
    private long foundSeenMs;

    /// @param capacity series at most
    public SeriesTable(int capacity) {
        generationSize = Math.max(1, capacity / 2);
    }

    /// The number of a series; 0 when it is not known.
    public long find(long hash, long key) {
        var slot = young.find(hash, key);
        if (slot >= 0) {
            foundSeenMs = young.seenMs(slot);
            return young.id(slot);
        }
        slot = old.find(hash, key);
        if (slot < 0) {
            return 0;
        }
        var id = old.id(slot);
        foundSeenMs = old.seenMs(slot);
        put(hash, key, id, foundSeenMs);
        return id;
    }

    /// When the index last heard of the series that was found last.
    public long foundSeenMs() {
        return foundSeenMs;
    }

    /// Notes a series, new or not.
    ///
    /// @param id above 0
    /// @param seenMs when the index last heard of it
    public void put(long hash, long key, long id, long seenMs) {
        young.put(hash, key, id, seenMs);
        if (young.size >= generationSize) {
            old = young;
            young = new Generation(FIRST_SLOTS);
        }
    }

    /// Open addresses; what belongs to a series stands together, so that a look-up touches one line of
    /// memory.
    private static final class Generation {
        private static final int HASH = 0;
        private static final int KEY = 1;
        private static final int ID = 2;
        private static final int SEEN = 3;
        private static final int WORDS = 4;

        private long[] words;
        private int size;

        Generation(int slots) {
            words = new long[WORDS * slots];
        }

        /// Where the words of a series begin; -1 when it is not here.
        int find(long hash, long key) {
            var at = slot(hash, key);
            while (words[at + ID] != 0) {
                if (words[at + HASH] == hash && words[at + KEY] == key) {
                    return at;
                }
                at = after(at);
            }
            return -1;
        }

        long id(int at) {
            return words[at + ID];
        }

        long seenMs(int at) {
            return words[at + SEEN];
        }

        /// The key is secret: nobody can make many series meet in a slot.
        private int slot(long hash, long key) {
            return ((int) ((hash ^ key) >>> 20) & words.length / WORDS - 1) * WORDS;
        }

        private int after(int at) {
            return at + WORDS & words.length - 1;
        }

        void put(long hash, long key, long id, long seen) {
            var at = find(hash, key);
            if (at < 0) {
                if (2 * ++size * WORDS > words.length) {
                    grow();
                }
                at = slot(hash, key);
                while (words[at + ID] != 0) {
                    at = after(at);
                }
                words[at + HASH] = hash;
                words[at + KEY] = key;
            }
            words[at + ID] = id;
            words[at + SEEN] = seen;
        }

        private void grow() {
            var old = words;
            words = new long[2 * old.length];
            for (var from = 0; from < old.length; from += WORDS) {
                if (old[from + ID] != 0) {
                    var at = slot(old[from + HASH], old[from + KEY]);
                    while (words[at + ID] != 0) {
                        at = after(at);
                    }
                    System.arraycopy(old, from, words, at, WORDS);
                }
            }
        }
    }
}
