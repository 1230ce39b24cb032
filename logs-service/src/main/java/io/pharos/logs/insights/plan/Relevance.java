package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `relevantfields`: how far the values of each field tell rows that meet a condition from those that do not.
/// AWS says what its score means, not how it is computed. Here it is the association of field and
/// condition without what chance would give: Cramér's V of texts, Cliff's delta of numbers, 0 to 1.
final class Relevance implements Gathering<Relevance> {
    static final List<String> COLUMNS =
            List.of(
                    "@fieldName",
                    "@relevanceScore",
                    "@topRelevanceContributors",
                    "@conditionalMedian",
                    "@baselineMedian");

    /// AWS: fields of a log group that are discovered; further ones are left out.
    static final int MAX_FIELDS = 1_000;

    private final Spec spec;
    private final Memory memory = new Memory();
    private final Map<String, FieldValues> fields = new LinkedHashMap<>();
    private final long[] rows = new long[2];

    /// @param condition that rows meet or not
    /// @param named fields to look at, by their names
    /// @param all a map of further ones; null: there are none
    record Spec(Eval condition, Map<String, Eval> named, @Nullable Eval all) {}

    Relevance(Spec spec) {
        this.spec = spec;
    }

    @Override
    public void add(Row row) {
        var side = spec.condition().test(row) ? FieldValues.MEETS : FieldValues.BASELINE;
        rows[side]++;
        var all = spec.all();
        if (all != null && all.value(row) instanceof Map<?, ?> found) {
            found.forEach((name, value) -> {
                if (!spec.named().containsKey(String.valueOf(name))) {
                    add(String.valueOf(name), Values.text(value), side);
                }
            });
        }
        spec.named().forEach((name, eval) -> add(name, Values.text(eval.value(row)), side));
    }

    private void add(String name, @Nullable String value, int side) {
        if (value != null) {
            var values = of(name);
            if (values != null) {
                values.add(value, side);
            }
        }
    }

    private @Nullable FieldValues of(String name) {
        var known = fields.get(name);
        if (known == null && fields.size() < MAX_FIELDS) {
            memory.take(300 + Values.size(name));
            known = new FieldValues(memory);
            fields.put(name, known);
        }
        return known;
    }

    @Override
    public void merge(Relevance other) {
        rows[FieldValues.MEETS] += other.rows[FieldValues.MEETS];
        rows[FieldValues.BASELINE] += other.rows[FieldValues.BASELINE];
        other.fields.forEach((name, theirs) -> {
            var values = of(name);
            if (values != null) {
                values.merge(theirs);
            }
        });
    }

    @Override
    public List<@Nullable Object[]> rows() {
        var found = new ArrayList<@Nullable Object[]>();
        fields.forEach((name, values) -> found.add(values.row(name, rows)));
        found.sort(
                Comparator.<@Nullable Object[]>comparingDouble(row -> -Values.number(row[1]))
                        .thenComparing(row -> String.valueOf(row[0])));
        return found;
    }
}
