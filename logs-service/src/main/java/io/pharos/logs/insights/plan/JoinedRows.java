package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Expressions;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The right side of a join, by its keys.
final class JoinedRows {
    private JoinedRows() {}

    /// @param places of the keys in each row; rows that lack one match nothing
    static Map<List<String>, List<@Nullable Object[]>> byKey(
            List<@Nullable Object[]> rows, List<Integer> places) {
        var byKey = new HashMap<List<String>, List<@Nullable Object[]>>();
        for (var row : rows) {
            var key = new ArrayList<String>(places.size());
            for (var place : places) {
                var text = Values.text(row[place]);
                if (text != null) {
                    key.add(Expressions.key(text));
                }
            }
            if (key.size() == places.size()) {
                byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
            }
        }
        return byKey;
    }
}
