package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Whether a regular expression matches somewhere in a text of ASCII: one look into a table a byte, and
/// no string. The table, a deterministic automaton, is made as texts ask for it, up to a bound. What it
/// says is what RE2/J says; texts that are not ASCII, and expressions with rarer syntax, are left to that.
///
/// Any number of threads share one. The table is written under the lock and read without it: an entry
/// is one number that is zero until it is known.
final class AsciiRegex {
    /// Entries of the table: 64 KiB.
    private static final int MAX_ENTRIES = 1 << 14;

    private static final int MAX_STATES = 1_000;
    private static final int FIRST_ENTRIES = 1 << 8;

    // An entry: the next state above these.
    private static final int MATCHED = 1;
    private static final int MATCHES_AT_END = 2;
    private static final int HOPELESS = 4;
    private static final int STATE_SHIFT = 3;

    private final AsciiProgram program;
    private final byte[] classes;
    private final int width;
    private final byte[] examples;
    private final boolean matchesEmpty;
    private final int start;

    /// Nothing of a match was seen yet: with a prefix, there is none before the next of that.
    private final int idle;

    private final byte[] prefix;
    private final Map<BitSet, Integer> known = new HashMap<>();
    private BitSet[] states = new BitSet[16];
    private int count = 1; // state 0 is none
    private volatile int[] table;

    private AsciiRegex(AsciiProgram program) {
        this.program = program;
        this.classes = program.classes();
        this.width = program.classCount();
        this.examples = program.examples(classes, width);
        this.table = new int[Math.max(FIRST_ENTRIES, 4 * width)];
        this.matchesEmpty = program.isMatch(program.closure(program.first(), true, true));
        this.start = entry(program.closure(program.first(), true, false));
        this.prefix = program.prefix();
        this.idle = prefix.length == 0 ? 0 : entry(program.closure(program.first(), false, false));
    }

    /// Null: its syntax is left to RE2/J.
    ///
    /// @param regex one that RE2/J takes
    static @Nullable AsciiRegex of(String regex) {
        var program = AsciiRegexParser.parse(regex);
        return program == null ? null : new AsciiRegex(program);
    }

    /// Whether the text has a match; null: RE2/J has to tell.
    @Nullable Boolean isIn(byte[] text, int from, int end) {
        if (from == end) {
            return matchesEmpty;
        }
        var entry = start;
        var next = table;
        for (var i = from; (entry & (MATCHED | HOPELESS)) == 0; i++) {
            if (i == end) {
                return (entry & MATCHES_AT_END) != 0;
            }
            if (entry == idle) {
                i = ByteSearch.find(text, i, end, prefix);
                if (i < 0) {
                    return false;
                }
            }
            var b = text[i];
            if (b < 0) {
                return null;
            }
            var place = (entry >>> STATE_SHIFT) * width + classes[b];
            entry = place < next.length ? next[place] : 0;
            if (entry == 0) {
                entry = computed(place);
                if (entry == 0) {
                    return null;
                }
                next = table;
            }
        }
        return (entry & MATCHED) != 0;
    }

    /// @return 0 when there are too many states
    private synchronized int computed(int place) {
        if (place < table.length && table[place] != 0) {
            return table[place];
        }
        var from = Objects.requireNonNull(states[place / width]);
        var entry = entry(program.step(from, examples[place % width]));
        if (entry != 0) {
            table[place] = entry;
        }
        return entry;
    }

    private int entry(BitSet nodes) {
        var state = known.get(nodes);
        if (state == null) {
            if (count == MAX_STATES || (count + 1) * width > MAX_ENTRIES) {
                return 0;
            }
            state = count++;
            known.put(nodes, state);
            if (states.length == state) {
                states = Arrays.copyOf(states, state * 2);
            }
            states[state] = nodes;
            if (table.length < count * width) {
                table = Arrays.copyOf(table, Math.max(count * width, table.length * 2));
            }
        }
        var entry = state << STATE_SHIFT;
        if (program.isMatch(nodes)) {
            entry |= MATCHED;
        }
        if (program.isMatch(program.closure(nodes, false, true))) {
            entry |= MATCHES_AT_END;
        }
        return nodes.isEmpty() ? entry | HOPELESS : entry;
    }
}
