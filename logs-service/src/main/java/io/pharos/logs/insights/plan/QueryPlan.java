package io.pharos.logs.insights.plan;

import io.pharos.logs.block.IndexedValues;
import io.pharos.logs.block.Trigrams;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.lookup.CsvTable;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A query ready to run over events. Immutable: any number of threads and runs share it.
public final class QueryPlan {
    /// AWS: rows of an answer.
    public static final int MAX_ROWS = 10_000;

    private final QueryTimes times;
    private final List<Segment> segments;
    private final List<String> columns;
    private final int[] places;
    private final List<List<byte[]>> required;
    private final List<Set<RequiredValues.Value>> values;
    private final Set<String> indexed;
    private final boolean isEstimate;

    /// @param segments the first one takes events
    /// @param columns what the answer's values are called
    /// @param places where each stands in the rows of the last segment
    /// @param required of each set, messages of interest have a text
    /// @param values of each set, events of interest have one
    /// @param indexed fields that a group has an index of, or is left out
    /// @param isEstimate whether only what it would scan is asked
    QueryPlan(
            QueryTimes times,
            List<Segment> segments,
            List<String> columns,
            int[] places,
            List<Set<String>> required,
            List<Set<RequiredValues.Value>> values,
            Set<String> indexed,
            boolean isEstimate) {
        this.times = times;
        this.segments = List.copyOf(segments);
        this.columns = List.copyOf(columns);
        this.places = places;
        this.values = List.copyOf(values);
        this.indexed = Set.copyOf(indexed);
        this.isEstimate = isEstimate;
        this.required =
                required.stream()
                        .map(texts ->
                                texts.stream()
                                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                                        .toList())
                        .toList();
    }

    /// What a query needs beside events.
    @FunctionalInterface
    public interface Inputs {
        /// None: nothing runs, the query is checked only.
        Inputs CHECK_ONLY = (_, _) -> List.of();

        /// The rows of a query inside of it, in the order of its plan's [columns][#columns()].
        List<@Nullable Object[]> rows(InsightsQuery query, QueryPlan plan);

        /// A lookup table by its name; of a query that is checked only, its columns will do.
        default Optional<CsvTable> lookupTable(String name) {
            return Optional.empty();
        }

        /// The same, with these lookup tables.
        default Inputs with(Function<String, Optional<CsvTable>> tables) {
            var rows = this;
            return new Inputs() {
                @Override
                public List<@Nullable Object[]> rows(InsightsQuery query, QueryPlan plan) {
                    return rows.rows(query, plan);
                }

                @Override
                public Optional<CsvTable> lookupTable(String name) {
                    return tables.apply(name);
                }
            };
        }
    }

    /// @param limit rows of the answer, when the query does not ask for fewer
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException with the
    ///     place of what can not be computed
    public static QueryPlan of(InsightsQuery query, QueryTimes times, int limit, Inputs inputs) {
        return new Planner(query, times, limit, inputs).plan();
    }

    public QueryTimes times() {
        return times;
    }

    public List<String> columns() {
        return columns;
    }

    /// Groups without an index of all of these fields are left out: `filterIndex`.
    public Set<String> indexed() {
        return indexed;
    }

    /// Whether only what it would scan is asked: `estimate`.
    public boolean isEstimate() {
        return isEstimate;
    }

    Segment first() {
        return segments.getFirst();
    }

    List<Segment> rest() {
        return segments.subList(1, segments.size());
    }

    /// A row of the last segment as the answer has it.
    @Nullable Object[] answered(@Nullable Object[] row) {
        var values = new @Nullable Object[places.length];
        for (var i = 0; i < places.length; i++) {
            values[i] = row[places[i]];
        }
        return values;
    }

    /// Each list has a text that every message of interest has.
    List<List<byte[]>> required() {
        return required;
    }

    /// Whether blocks may be left out for their trigrams: these tell of no shorter texts.
    public boolean selectsBlocks() {
        return required.stream()
                .anyMatch(texts -> texts.stream().allMatch(text -> text.length >= Trigrams.LENGTH));
    }

    /// Whether blocks may be left out for the values that their indexed fields have.
    public boolean selectsByValues() {
        return !values.isEmpty();
    }

    /// False: the block with these [IndexedValues] has no event that passes.
    public boolean mayHave(byte[] indexed) {
        return values.stream()
                .allMatch(some ->
                        some.stream()
                                .anyMatch(value ->
                                        IndexedValues.mayHave(
                                                indexed, value.field(), value.key())));
    }

    /// Whether it looks at messages; else only at fields that are discovered in them.
    public boolean readsMessages() {
        return first().discovered().hasMessage();
    }

    /// Whether it looks at the entities that events came with.
    public boolean readsEntities() {
        return first().discovered().hasEntity();
    }

    /// The fields of JSON messages that it looks at.
    public List<String> jsonFields() {
        return first().discovered().jsonNames();
    }

    /// False: the block with these trigrams has no event that passes.
    public boolean mayMatch(byte[] trigrams) {
        return required.stream()
                .allMatch(texts ->
                        texts.stream().anyMatch(text -> Trigrams.mayContain(trigrams, text)));
    }
}
