package io.pharos.alarms.composite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// The composite alarms that may change because one alarm did.
public final class Family {
    private final Map<String, SortedSet<String>> parents = new HashMap<>();

    /// `parent` looks at `child`: in its rule or as its suppressor.
    public record Edge(String parent, String child) {}

    public Family(Collection<Edge> edges) {
        edges.forEach(edge ->
                parents.computeIfAbsent(edge.child(), _ -> new TreeSet<>()).add(edge.parent()));
    }

    /// Everything above `changed`, each once and behind all that it looks at, so that each is decided
    /// once and by what its children have come to. Where alarms look at each other in a circle, some
    /// order that visits each once: a circle settles for one change and does not go round.
    public List<String> above(String changed) {
        var visited = new HashSet<String>();
        var path = new ArrayDeque<Step>();
        var done = new ArrayList<String>();
        visited.add(changed);
        path.push(step(changed));
        while (!path.isEmpty()) {
            var step = path.element();
            if (!step.remaining.hasNext()) {
                done.add(path.pop().name);
                continue;
            }
            var parent = step.remaining.next();
            if (visited.add(parent)) {
                path.push(step(parent));
            }
        }
        return done.subList(0, done.size() - 1).reversed();
    }

    private record Step(String name, Iterator<String> remaining) {}

    private Step step(String name) {
        return new Step(name, parents.getOrDefault(name, new TreeSet<>()).iterator());
    }
}
