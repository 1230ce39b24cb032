package io.pharos.logs.vended.schedule;

import io.pharos.logs.vended.pg.PgVendedChunks.Chunk;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Chunks as records of a delivery stream: many lines each, none is cut.
///
/// @param tooLong lines that no record can have, which are left out
record StreamRecords(List<OneRecord> records, int tooLong) {
    /// AWS: data of a record, 1,000 KiB.
    static final int MAX_BYTES = 1_000 << 10;

    /// One record.
    ///
    /// @param events that end with it
    /// @param all chunks it has lines of
    /// @param done those of them whose last line it has
    record OneRecord(byte[] data, int events, List<Chunk> all, List<Chunk> done) {
        long oldestMs() {
            return all.getFirst().createdMs();
        }
    }

    static StreamRecords of(List<Chunk> chunks) {
        var cut = new Cut();
        chunks.forEach(cut::add);
        cut.end();
        return new StreamRecords(List.copyOf(cut.records), cut.tooLong);
    }

    private static final class Cut {
        private final List<OneRecord> records = new ArrayList<>();
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private List<Chunk> all = new ArrayList<>();
        private List<Chunk> done = new ArrayList<>();
        private int tooLong;

        void add(Chunk chunk) {
            var lines = chunk.lines();
            if (data.size() + lines.length > MAX_BYTES) {
                end();
            }
            all.add(chunk);
            var from = 0;
            while (lines.length - from > MAX_BYTES) {
                var to = lastEnd(lines, from, from + MAX_BYTES);
                if (to == from) {
                    to = nextEnd(lines, from);
                    tooLong++;
                } else {
                    data.write(lines, from, to - from);
                    end();
                    all.add(chunk);
                }
                from = to;
            }
            data.write(lines, from, lines.length - from);
            done.add(chunk);
        }

        void end() {
            if (!all.isEmpty() && (data.size() > 0 || !done.isEmpty())) {
                var events = done.stream().mapToInt(Chunk::events).sum();
                records.add(new OneRecord(data.toByteArray(), events, all, done));
            }
            data.reset();
            all = new ArrayList<>();
            done = new ArrayList<>();
        }

        /// Behind the last line feed.
        private static int lastEnd(byte[] lines, int from, int to) {
            for (var at = to; at > from; at--) {
                if (lines[at - 1] == '\n') {
                    return at;
                }
            }
            return from;
        }

        private static int nextEnd(byte[] lines, int from) {
            var at = from;
            while (at < lines.length && lines[at] != '\n') {
                at++;
            }
            return Math.min(at + 1, lines.length);
        }
    }
}
