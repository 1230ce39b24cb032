package io.pharos.logs.block;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Columns for the fields of JSON messages, where they come cheap: the smallest ones, as many as take
/// an eighth of what the messages take.
final class ColumnBuilder implements JsonFields.Sink {
    private static final int MAX_COLUMNS = 64;
    private static final int SHARE = 8; // of the compressed messages
    private static final int SAMPLE = 256;

    private final EventTable events;
    private final int[] order;
    private final int from;
    private final int count;
    private final JsonFields json = new JsonFields(this);
    private final List<@Nullable Values> values = new ArrayList<>();
    private final BitSet irregular = new BitSet();
    private int event;

    /// What the fields come to.
    ///
    /// @param dropped names that occur, but have no column
    /// @param complete whether these are all names
    record Columns(
            List<FieldColumn.Packed> columns,
            Set<String> dropped,
            boolean complete,
            BitSet irregular) {
        static Columns none(int events) {
            var all = new BitSet();
            all.set(0, events);
            return new Columns(List.of(), Set.of(), false, all);
        }
    }

    private ColumnBuilder(EventTable events, int[] order, int from, int to) {
        this.events = events;
        this.order = order;
        this.from = from;
        this.count = to - from;
    }

    /// @param textSize what the messages come to, compressed
    static Columns of(EventTable events, int[] order, int from, int to, int textSize) {
        return new ColumnBuilder(events, order, from, to).columns(textSize);
    }

    private Columns columns(int textSize) {
        try {
            for (event = 0; event < count; event++) {
                read();
                if (event == SAMPLE || event == count - 1) {
                    if (irregular.cardinality() > event / 8) {
                        return Columns.none(count); // not JSON
                    }
                    values.forEach(column -> {
                        if (column != null) {
                            column.judge(event + 1);
                        }
                    });
                }
            }
        } catch (Names.TooMany _) {
            return Columns.none(count);
        }
        return chosen(textSize);
    }

    private void read() {
        var source = order[from + event];
        var start = events.messageStart(source);
        if (!json.read(events.text(), start, start + events.messageLength(source))) {
            irregular.set(event);
            for (var column : values) {
                if (column != null) {
                    column.forget(event);
                }
            }
        }
    }

    @Override
    public void field(int name, byte[] bytes, int start, int end) {
        while (values.size() <= name) {
            values.add(null);
        }
        var column = values.get(name);
        if (column == null) {
            column = new Values(count);
            values.set(name, column);
        }
        column.add(event, bytes, start, end);
    }

    private Columns chosen(int textSize) {
        var dropped = new LinkedHashSet<String>();
        var byName = new HashMap<String, Integer>();
        var packed = new ArrayList<FieldColumn.Packed>();
        for (var name = 1; name < values.size(); name++) {
            var column = values.get(name);
            if (column == null || column.isEmpty()) {
                continue;
            }
            var text = json.names().text(name);
            // `a.b` may be a key as it is, and a key inside of another: the message tells the
            // first.
            if (byName.put(text, name) != null || column.isDropped()) {
                dropped.add(text);
            } else {
                packed.add(FieldColumn.pack(text, column.dictionary(), column.codes, count));
            }
        }
        packed.removeIf(column -> dropped.contains(column.name()));
        packed.sort(Comparator.comparingInt(column -> column.frame().length));
        var kept = new ArrayList<FieldColumn.Packed>();
        var room = textSize / SHARE;
        for (var column : packed) {
            room -= column.frame().length;
            if (room >= 0 && kept.size() < MAX_COLUMNS) {
                kept.add(column);
            } else {
                dropped.add(column.name());
            }
        }
        return new Columns(kept, dropped, true, irregular);
    }

    /// The values of one name.
    private static final class Values {
        private static final int MAX_BYTES = 1_024; // of a value

        private static final byte[] NONE = {};

        final int[] codes;
        private final Map<Key, Integer> known = new HashMap<>();
        private final List<byte[]> distinct = new ArrayList<>();
        private int lastCode;
        private boolean dropped;
        private int present;
        private long bytes;

        private record Key(byte[] bytes, int start, int end, int hash) {
            @Override
            public boolean equals(Object other) {
                return other instanceof Key key
                        && hash == key.hash
                        && Arrays.equals(bytes, start, end, key.bytes, key.start, key.end);
            }

            @Override
            public int hashCode() {
                return hash;
            }
        }

        Values(int events) {
            codes = new int[events];
        }

        void add(int event, byte[] text, int start, int end) {
            if (codes[event] != 0) {
                return; // the first of equal names counts
            }
            if (dropped) {
                codes[event] = 1;
                return;
            }
            if (end - start > MAX_BYTES) {
                dropped = true;
                codes[event] = 1;
                return;
            }
            var last = distinct.isEmpty() ? NONE : distinct.get(lastCode - 1);
            if (Arrays.equals(text, start, end, last, 0, last.length) && lastCode > 0) {
                codes[event] = lastCode;
                present++;
                bytes += end - start;
                return;
            }
            var hash = 1;
            for (var i = start; i < end; i++) {
                hash = 31 * hash + text[i];
            }
            var code = known.get(new Key(text, start, end, hash));
            if (code == null) {
                var value = Arrays.copyOfRange(text, start, end);
                distinct.add(value);
                code = distinct.size();
                known.put(new Key(value, 0, value.length, hash), code);
            }
            codes[event] = code;
            lastCode = code;
            present++;
            bytes += end - start;
        }

        void forget(int event) {
            codes[event] = 0;
        }

        /// Long values that hardly repeat are as good in the messages.
        void judge(int events) {
            if (distinct.size() > present / 2 && bytes > 8L * present && events > 16) {
                dropped = true;
            }
        }

        boolean isDropped() {
            return dropped;
        }

        boolean isEmpty() {
            return Arrays.stream(codes).allMatch(code -> code == 0);
        }

        byte[][] dictionary() {
            return distinct.toArray(byte[][]::new);
        }
    }
}
