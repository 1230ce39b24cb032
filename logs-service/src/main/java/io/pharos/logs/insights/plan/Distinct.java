package io.pharos.logs.insights.plan;

import io.pharos.logs.DistinctSketch;
import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;

/// `count_distinct`: exact for as many values as are kept (by 64 bits of hash), from then on estimated
/// with an error of about 1 percent.
final class Distinct implements Aggregate.State {
    /// Values of one group that are counted one by one.
    static final int EXACT = 8_192;

    private static final int SKETCH_BITS = 14;
    private static final int BYTES_EACH = 64; // of a value that is counted one by one

    private final Eval of;
    private HashSet<Long> hashes = new HashSet<>();
    private @Nullable DistinctSketch sketch;

    Distinct(Eval of) {
        this.of = of;
    }

    @Override
    public void add(Row row, Memory memory) {
        var text = Values.shown(of.value(row));
        if (text != null) {
            take(DistinctSketch.hash(text), memory);
        }
    }

    private void take(long hash, Memory memory) {
        if (sketch != null) {
            sketch.add(hash);
        } else if (hashes.add(hash)) {
            memory.take(BYTES_EACH);
            if (hashes.size() > EXACT) {
                estimating(memory);
            }
        }
    }

    private DistinctSketch estimating(Memory memory) {
        var estimate = sketch;
        if (estimate == null) {
            estimate = new DistinctSketch(SKETCH_BITS);
            hashes.forEach(estimate::add);
            memory.giveBack((long) BYTES_EACH * hashes.size());
            memory.take(1 << SKETCH_BITS);
            sketch = estimate;
            hashes = new HashSet<>();
        }
        return estimate;
    }

    @Override
    public void merge(Aggregate.State other, Memory memory) {
        var that = (Distinct) other;
        if (that.sketch != null) {
            estimating(memory).merge(that.sketch);
        }
        for (var hash : that.hashes) {
            take(hash, memory);
        }
    }

    @Override
    public Object result() {
        return (double) (sketch == null ? hashes.size() : sketch.estimate());
    }
}
