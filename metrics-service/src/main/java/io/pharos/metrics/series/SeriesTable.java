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
            foundSeenMs = young.seenMs[slot];
            return young.ids[slot];
        }
        slot = old.find(hash, key);
        if (slot < 0) {
            return 0;
        }
        var id = old.ids[slot];
        foundSeenMs = old.seenMs[slot];
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

    private static final class Generation {
        private long[] hashes;
        private long[] keys;
        private long[] ids;
        private long[] seenMs;
        private int size;

        Generation(int slots) {
            allocate(slots);
        }

        private void allocate(int slots) {
            hashes = new long[slots];
            keys = new long[slots];
            ids = new long[slots];
            seenMs = new long[slots];
        }

        int find(long hash, long key) {
            var mask = ids.length - 1;
            for (var slot = slot(hash, key); ids[slot] != 0; slot = slot + 1 & mask) {
                if (hashes[slot] == hash && keys[slot] == key) {
                    return slot;
                }
            }
            return -1;
        }

        /// The key is secret: nobody can make many series meet in a slot.
        private int slot(long hash, long key) {
            return (int) ((hash ^ key) >>> 20) & ids.length - 1;
        }

        void put(long hash, long key, long id, long seen) {
            var slot = find(hash, key);
            if (slot < 0) {
                if (2 * ++size > ids.length) {
                    grow();
                }
                slot = free(hash, key);
                hashes[slot] = hash;
                keys[slot] = key;
            }
            ids[slot] = id;
            seenMs[slot] = seen;
        }

        private int free(long hash, long key) {
            var mask = ids.length - 1;
            var slot = slot(hash, key);
            while (ids[slot] != 0) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        private void grow() {
            var oldHashes = hashes;
            var oldKeys = keys;
            var oldIds = ids;
            var oldSeen = seenMs;
            allocate(2 * oldIds.length);
            for (var i = 0; i < oldIds.length; i++) {
                if (oldIds[i] != 0) {
                    var slot = free(oldHashes[i], oldKeys[i]);
                    hashes[slot] = oldHashes[i];
                    keys[slot] = oldKeys[i];
                    ids[slot] = oldIds[i];
                    seenMs[slot] = oldSeen[i];
                }
            }
        }
    }
}
