package io.pharos.alarms.scaling.driver;

import io.pharos.alarms.scaling.GroupInstance;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What drivers make of it that only know how many there are: which instances have come, which have
/// gone, which take too long.
final class Capacity {
    private Capacity() {}

    /// The oldest have come, the oldest have gone.
    ///
    /// @param actual how many there are
    static Map<String, Outcome> outcomes(GroupWork work, int actual) {
        var launching = work.launching();
        var terminating = work.terminating();
        var settled = work.instances().size() - launching.size() - terminating.size();
        var come = actual >= work.wanted() ? launching.size() : actual - settled;
        var gone =
                actual <= work.wanted()
                        ? terminating.size()
                        : settled + launching.size() + terminating.size() - actual;
        var outcomes = new HashMap<String, Outcome>();
        done(launching, come, outcomes);
        done(terminating, gone, outcomes);
        return outcomes;
    }

    private static void done(
            List<GroupInstance> instances, int count, Map<String, Outcome> outcomes) {
        instances.stream()
                .limit(Math.clamp(count, 0, instances.size()))
                .forEach(instance -> outcomes.put(instance.id(), Outcome.DONE));
    }

    /// Those that have been on their way for longer than `deadline` will not arrive.
    static Map<String, Outcome> overdue(
            GroupWork work,
            Map<String, Outcome> outcomes,
            Duration deadline,
            String why,
            Instant now) {
        var oldest = now.minus(deadline).toEpochMilli();
        var all = new HashMap<>(outcomes);
        for (var instance : under(work)) {
            if (instance.sinceMs() < oldest) {
                all.putIfAbsent(instance.id(), new Outcome.Failed(why));
            }
        }
        return all;
    }

    /// Nothing of it can be done.
    static Map<String, Outcome> failed(GroupWork work, String why) {
        var all = new HashMap<String, Outcome>();
        under(work).forEach(instance -> all.put(instance.id(), new Outcome.Failed(why)));
        return all;
    }

    private static List<GroupInstance> under(GroupWork work) {
        return work.instances().stream()
                .filter(instance ->
                        work.launching().contains(instance)
                                || work.terminating().contains(instance))
                .toList();
    }
}
