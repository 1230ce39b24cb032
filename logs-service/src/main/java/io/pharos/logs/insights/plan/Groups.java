package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `stats`: aggregates for each group. A row has the group's values first, then the aggregates. What
/// has no value for a key is a group of its own; without rows there are no groups, not even one.
final class Groups implements Gathering<Groups> {
    private static final long OVERHEAD = 120;

    private final Spec spec;
    private final Map<Object, Group> groups = new LinkedHashMap<>();
    private final Memory memory = new Memory();

    record Spec(List<Eval> keys, List<Aggregate> aggregates) {}

    private record Group(@Nullable Object[] keys, Aggregate.State[] states) {}

    /// Several keys as one.
    private record Keys(@Nullable Object[] values) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Keys(var those) && Arrays.equals(values, those);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }
    }

    private static final Object NOTHING = new Object();

    Groups(Spec spec) {
        this.spec = spec;
    }

    @Override
    public void add(Row row) {
        for (var state : group(row).states()) {
            state.add(row, memory);
        }
    }

    private Group group(Row row) {
        var keys = spec.keys();
        if (keys.size() == 1) {
            var key = keys.getFirst().value(row);
            var group = groups.get(key == null ? NOTHING : key);
            return group == null ? added(new @Nullable Object[] {key}) : group;
        }
        var values = new @Nullable Object[keys.size()];
        for (var i = 0; i < values.length; i++) {
            values[i] = keys.get(i).value(row);
        }
        var group = groups.get(new Keys(values));
        return group == null ? added(values) : group;
    }

    private Group added(@Nullable Object[] values) {
        memory.take(OVERHEAD + 48L * spec.aggregates().size() + Layout.size(values));
        var states = new Aggregate.State[spec.aggregates().size()];
        for (var i = 0; i < states.length; i++) {
            states[i] = spec.aggregates().get(i).start();
        }
        var group = new Group(values, states);
        groups.put(key(values), group);
        return group;
    }

    private static Object key(@Nullable Object[] values) {
        if (values.length != 1) {
            return new Keys(values);
        }
        var only = values[0];
        return only == null ? NOTHING : only;
    }

    @Override
    public void merge(Groups other) {
        for (var theirs : other.groups.entrySet()) {
            var group = theirs.getValue();
            var mine = groups.get(theirs.getKey());
            if (mine == null) {
                mine = added(group.keys());
            }
            for (var i = 0; i < mine.states().length; i++) {
                mine.states()[i].merge(group.states()[i], memory);
            }
        }
    }

    @Override
    public List<@Nullable Object[]> rows() {
        var rows = new ArrayList<@Nullable Object[]>(groups.size());
        for (var group : groups.values()) {
            var keys = group.keys();
            var row = Arrays.copyOf(keys, keys.length + group.states().length);
            for (var i = 0; i < group.states().length; i++) {
                row[keys.length + i] = group.states()[i].result();
            }
            for (var i = 0; i < keys.length; i++) {
                row[i] =
                        keys[i] instanceof Map || keys[i] instanceof List
                                ? Values.shown(keys[i])
                                : keys[i];
            }
            rows.add(row);
        }
        return rows;
    }
}
