package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/// `dedup`: the first row for each key in an order, and all rows that lack a part of theirs. It keeps
/// the first rows only: one that falls behind them could come back with a better row alone.
final class DistinctRows implements Gathering<DistinctRows> {
    private static final AtomicLong SEQUENCE = new AtomicLong();

    private final Spec spec;
    private final Comparator<Distinct> order;
    private final TreeSet<Distinct> rows;
    private final Map<List<String>, Distinct> byKey = new HashMap<>();
    private final Memory memory = new Memory();

    record Spec(Layout layout, SortOrder order, List<Eval> keys, int most) {}

    /// @param key empty: a part of it is missing
    private record Distinct(List<String> key, KeptRow row, long sequence) {}

    DistinctRows(Spec spec) {
        this.spec = spec;
        var rowOrder = spec.order().comparator();
        this.order =
                Comparator.comparing(Distinct::row, rowOrder).thenComparingLong(Distinct::sequence);
        this.rows = new TreeSet<>(order);
    }

    @Override
    public void add(Row row) {
        var sequence = SEQUENCE.incrementAndGet();
        var candidate = KeptRow.candidate(row, spec.order(), sequence);
        var distinct = new Distinct(key(row), candidate, sequence);
        if (isWanted(distinct)) {
            keep(new Distinct(distinct.key(), candidate.kept(row, spec.layout()), sequence));
        }
    }

    private List<String> key(Row row) {
        var key = new ArrayList<String>(spec.keys().size());
        for (var part : spec.keys()) {
            var text = Values.text(part.value(row));
            if (text == null) {
                return List.of();
            }
            key.add(text);
        }
        return key;
    }

    private boolean isWanted(Distinct row) {
        var same = byKey.get(row.key());
        if (same != null) {
            return order.compare(row, same) < 0;
        }
        return rows.size() < spec.most() || order.compare(row, rows.last()) < 0;
    }

    private void keep(Distinct row) {
        if (!row.key().isEmpty()) {
            var same = byKey.put(row.key(), row);
            if (same != null) {
                remove(same);
            }
        }
        memory.take(row.row().bytes());
        rows.add(row);
        if (rows.size() > spec.most()) {
            var last = rows.last();
            byKey.remove(last.key(), last);
            remove(last);
        }
    }

    private void remove(Distinct row) {
        rows.remove(row);
        memory.giveBack(row.row().bytes());
    }

    @Override
    public void merge(DistinctRows other) {
        for (var row : other.rows) {
            if (isWanted(row)) {
                keep(row);
            }
        }
    }

    @Override
    public List<@Nullable Object[]> rows() {
        return rows.stream().map(distinct -> distinct.row().values()).toList();
    }
}
