package io.pharos.logs.insights.plan;

import io.pharos.logs.block.EventTable;
import io.pharos.logs.insights.eval.ByteSearch;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A query on its way over the blocks. Any thread may bring blocks, any may ask for the rows so far.
public final class QueryRun {
    private final QueryPlan plan;
    private final Gathering<?> gathered;
    private QueryStatistics statistics = QueryStatistics.NONE;

    public QueryRun(QueryPlan plan) {
        this.plan = plan;
        this.gathered = plan.first().gathering().get();
    }

    /// Takes the events of a block that are in the query's range and of a known stream.
    ///
    /// @throws QueryTooLarge when there are more rows or groups than fit
    public void take(EventBlock block) {
        take(block, 0);
    }

    /// The same, of what was received at this time or later.
    public void take(EventBlock block, long receivedFromMs) {
        var part = plan.first().gathering().get();
        var done = take(block, receivedFromMs, part);
        synchronized (this) {
            merge(gathered, part);
            statistics = statistics.plus(done);
        }
    }

    /// A block that need not be opened.
    public synchronized void skip(long records, long bytes) {
        statistics = statistics.plus(new QueryStatistics(0, 0, 0, records, bytes));
    }

    @SuppressWarnings("unchecked") // both come from one plan
    private static <G extends Gathering<G>> void merge(Gathering<?> all, Gathering<?> part) {
        ((G) all).merge((G) part);
    }

    private QueryStatistics take(EventBlock block, long receivedFromMs, Gathering<?> part) {
        var events = block.events();
        // Fields of transformed events may have texts that their messages have not.
        var candidates = block.isPlain() ? candidates(events) : null;
        var row = plan.first().row();
        if (candidates != null && receivedFromMs == 0 && takesAll(block)) {
            return take(block, candidates, row, part);
        }
        var matched = 0L;
        var scanned = 0L;
        var bytes = 0L;
        var stream = -1L;
        var isKnown = false;
        for (var event = events.count() - 1; event >= 0; event--) { // newest first
            var time = events.timestampMs(event);
            if (time < plan.times().startMs() || time > plan.times().endMs()) {
                continue;
            }
            if (receivedFromMs > 0 && events.ingestionMs(event) < receivedFromMs) {
                continue;
            }
            if (events.streamId(event) != stream) {
                stream = events.streamId(event);
                isKnown = block.streams().containsKey(stream);
            }
            if (!isKnown) {
                continue;
            }
            scanned++;
            bytes += events.messageLength(event);
            if (candidates == null || candidates.get(event)) {
                row.moveTo(block, event);
                if (plan.first().take(row, part)) {
                    matched++;
                }
            }
        }
        return new QueryStatistics(matched, scanned, bytes, 0, 0);
    }

    /// Whether all events are in the query's range, and of a known stream.
    private boolean takesAll(EventBlock block) {
        var events = block.events();
        var from = plan.times().startMs();
        var until = plan.times().endMs();
        var stream = -1L;
        for (var event = 0; event < events.count(); event++) {
            var time = events.timestampMs(event);
            if (time < from || time > until) {
                return false;
            }
            if (events.streamId(event) != stream) {
                stream = events.streamId(event);
                if (!block.streams().containsKey(stream)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Of a block of which all events count, looks at those that may pass.
    private QueryStatistics take(EventBlock block, BitSet candidates, Row row, Gathering<?> part) {
        var matched = 0L;
        var last = candidates.length() - 1;
        for (var event = last; event >= 0; event = candidates.previousSetBit(event - 1)) {
            row.moveTo(block, event);
            if (plan.first().take(row, part)) {
                matched++;
            }
        }
        var events = block.events();
        return new QueryStatistics(matched, events.count(), events.messageBytes(), 0, 0);
    }

    /// Which events have the texts that are required; null: all may.
    private @Nullable BitSet candidates(EventTable events) {
        BitSet candidates = null;
        if (events.count() == 0 || !events.hasText()) {
            return null; // columns tell
        }
        for (var texts : plan.required()) {
            var having = new BitSet(events.count());
            texts.forEach(text -> mark(events, text, having));
            if (candidates == null) {
                candidates = having;
            } else {
                candidates.and(having);
            }
            if (candidates.isEmpty()) {
                return candidates;
            }
        }
        return candidates;
    }

    /// One search over all messages, which stand side by side; what is found across two is in none.
    private static void mark(EventTable events, byte[] text, BitSet having) {
        var last = events.count() - 1;
        var end = events.messageStart(last) + events.messageLength(last);
        var event = 0;
        var at = events.messageStart(0);
        while ((at = ByteSearch.find(events.text(), at, end, text)) >= 0) {
            event = eventAt(events, event, at);
            var next = event == last ? end : events.messageStart(event + 1);
            if (at + text.length <= events.messageStart(event) + events.messageLength(event)) {
                having.set(event);
                at = next;
            } else {
                at++;
            }
        }
    }

    /// The event whose message has this place.
    private static int eventAt(EventTable events, int from, int place) {
        var low = from;
        var high = events.count() - 1;
        while (low < high) {
            var middle = (low + high + 1) >>> 1;
            if (events.messageStart(middle) <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /// Whether further blocks change nothing.
    public synchronized boolean isFull() {
        return gathered.isFull();
    }

    public synchronized QueryStatistics statistics() {
        return statistics;
    }

    /// The rows so far, as the plan's [columns][QueryPlan#columns()] say.
    public List<@Nullable Object[]> values() {
        List<@Nullable Object[]> rows;
        synchronized (this) {
            rows = gathered.rows();
        }
        rows = plan.first().finished(rows);
        for (var segment : plan.rest()) {
            rows = segment.rows(rows);
        }
        return rows.stream().map(plan::answered).toList();
    }

    /// The same as readers see them; null: the field is left out.
    public List<List<@Nullable String>> rows() {
        var shown = new ArrayList<List<@Nullable String>>();
        for (var values : values()) {
            var row = new ArrayList<@Nullable String>(values.length);
            for (var value : values) {
                row.add(Values.shown(value));
            }
            shown.add(row);
        }
        return shown;
    }
}
