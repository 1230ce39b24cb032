package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The first rows in an order, as many as fit.
final class TopRows implements Gathering<TopRows> {
    private final Spec spec;
    private final Comparator<KeptRow> order;
    private final PriorityQueue<KeptRow> rows; // the last one first
    private final Memory memory = new Memory();
    private long added;

    /// @param most rows to keep
    /// @param any whether any rows will do
    record Spec(Layout layout, SortOrder order, int most, boolean any) {}

    TopRows(Spec spec) {
        this.spec = spec;
        this.order = spec.order().comparator();
        this.rows = new PriorityQueue<>(order.reversed());
    }

    @Override
    public void add(Row row) {
        added++;
        if (spec.most() == 0 || isTooOld(row)) {
            return;
        }
        var candidate = KeptRow.candidate(row, spec.order(), added);
        if (isWanted(candidate)) {
            keep(candidate.kept(row, spec.layout()));
        }
    }

    /// The common case, told without making anything.
    private boolean isTooOld(Row row) {
        if (rows.size() < spec.most()
                || !row.isEvent()
                || spec.order().reversed()
                || !spec.order().keys().isEmpty()) {
            return false;
        }
        var last = rows.element().id();
        return last != null && row.timestampMs() < last.timestampMs();
    }

    private boolean isWanted(KeptRow candidate) {
        return rows.size() < spec.most() || order.compare(candidate, rows.element()) < 0;
    }

    private void keep(KeptRow row) {
        memory.take(row.bytes());
        rows.add(row);
        if (rows.size() > spec.most()) {
            memory.giveBack(rows.remove().bytes());
        }
    }

    @Override
    public void merge(TopRows other) {
        for (var row : other.rows) {
            if (isWanted(row)) {
                keep(row);
            }
        }
    }

    @Override
    public boolean isFull() {
        return spec.any() && rows.size() >= spec.most();
    }

    @Override
    public List<@Nullable Object[]> rows() {
        var sorted = rows.stream().sorted(order).map(KeptRow::values).toList();
        return spec.order().reversed() ? sorted.reversed() : sorted;
    }
}
