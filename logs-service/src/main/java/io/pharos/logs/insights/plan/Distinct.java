package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;

/// `count_distinct`: exact for as many values as are kept (by 64 bits of hash), from then on estimated
/// by HyperLogLog with an error of about 1 percent.
final class Distinct implements Aggregate.State {
    /// Values of one group that are counted one by one.
    static final int EXACT = 8_192;

    private static final int BITS = 14;
    private static final int REGISTERS = 1 << BITS;
    private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

    private final Eval of;
    private HashSet<Long> hashes = new HashSet<>();
    private byte @Nullable [] registers;

    Distinct(Eval of) {
        this.of = of;
    }

    @Override
    public void add(Row row, Memory memory) {
        var text = Values.shown(of.value(row));
        if (text != null) {
            take(hash(text), memory);
        }
    }

    /// FNV-1a over the characters, its bits mixed as SplitMix64 does.
    private static long hash(String text) {
        var hash = 0xCBF29CE484222325L;
        for (var i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        return hash ^ hash >>> 31;
    }

    private void take(long hash, Memory memory) {
        var estimate = registers;
        if (estimate != null) {
            register(estimate, hash);
            return;
        }
        if (hashes.add(hash)) {
            memory.take(64);
            if (hashes.size() > EXACT) {
                estimate = estimated();
                memory.giveBack(64L * hashes.size() - REGISTERS);
                registers = estimate;
                hashes = new HashSet<>();
            }
        }
    }

    private byte[] estimated() {
        var estimate = new byte[REGISTERS];
        for (long hash : hashes) {
            register(estimate, hash);
        }
        return estimate;
    }

    private static void register(byte[] estimate, long hash) {
        var place = (int) (hash >>> (64 - BITS));
        var rank = (byte) (Long.numberOfLeadingZeros(hash << BITS | 1L << (BITS - 1)) + 1);
        if (rank > estimate[place]) {
            estimate[place] = rank;
        }
    }

    @Override
    public void merge(Aggregate.State other, Memory memory) {
        var that = (Distinct) other;
        var theirs = that.registers;
        if (theirs != null) {
            var mine = registers;
            if (mine == null) {
                mine = estimated();
                memory.take(REGISTERS);
                memory.giveBack(64L * hashes.size());
                registers = mine;
                hashes = new HashSet<>();
            }
            for (var i = 0; i < REGISTERS; i++) {
                mine[i] = (byte) Math.max(mine[i], theirs[i]);
            }
        }
        for (var hash : that.hashes) {
            take(hash, memory);
        }
    }

    @Override
    public Object result() {
        var estimate = registers;
        if (estimate == null) {
            return (double) hashes.size();
        }
        var sum = 0.0;
        var empty = 0;
        for (var rank : estimate) {
            sum += Math.scalb(1.0, -rank);
            empty += rank == 0 ? 1 : 0;
        }
        var count = ALPHA * REGISTERS * REGISTERS / sum;
        var isSmall = count <= 2.5 * REGISTERS && empty > 0;
        return (double)
                Math.round(isSmall ? REGISTERS * Math.log((double) REGISTERS / empty) : count);
    }
}
