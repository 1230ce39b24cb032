package io.pharos.logs.anomaly;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What a period makes of a detector's anomalies: new ones, those that last, those that are over.
///
/// @param found new ones
/// @param changed these and the others that are to be written
public record Judging(List<Anomaly> found, List<Anomaly> changed) {
    /// Found in one period at most: a group that changes all its patterns is one event, not thousands.
    static final int MAX_FOUND = 50;

    /// @param active those that lasted until then, by their patterns
    public static Judging of(
            AnomalyDetector detector,
            Model model,
            Window window,
            List<Model.Unusual> unusual,
            Map<String, Anomaly> active,
            long periodStartMs) {
        var found = new ArrayList<Anomaly>();
        var changed = new ArrayList<Anomaly>();
        var again = new HashSet<String>();
        for (var one : unusual) {
            var pattern = model.pattern(one.pattern());
            var seen = window.seen(one.pattern());
            var known = active.get(pattern.id());
            if (known != null) {
                again.add(pattern.id());
                var last = seen == null ? known.lastMs() : seen.lastMs();
                changed.add(known.seenAgain(periodStartMs, one.count(), last, true));
            } else if (found.size() < MAX_FOUND) {
                again.add(pattern.id());
                found.add(Anomaly.of(detector, pattern, one, seen, periodStartMs));
            }
        }
        for (var known : active.values()) {
            if (!again.contains(known.patternId())) {
                changed.add(over(known, model, window, periodStartMs));
            }
        }
        changed.addAll(found);
        return new Judging(List.copyOf(found), List.copyOf(changed));
    }

    private static Anomaly over(Anomaly known, Model model, Window window, long periodStartMs) {
        for (var i = 0; i < model.size(); i++) {
            if (window.seen(i) != null && model.pattern(i).id().equals(known.patternId())) {
                var last = lastMs(window, i, known);
                return known.seenAgain(periodStartMs, window.count(i), last, false);
            }
        }
        return known.seenAgain(periodStartMs, 0, known.lastMs(), false);
    }

    private static long lastMs(Window window, int pattern, Anomaly known) {
        var seen = window.seen(pattern);
        return seen == null ? known.lastMs() : seen.lastMs();
    }
}
