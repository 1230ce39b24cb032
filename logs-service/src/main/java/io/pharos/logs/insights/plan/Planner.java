package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.Command.Take;
import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.eval.DiscoveredFields;
import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Expressions;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.insights.eval.Scope;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Commands into segments. `fields` and `parse` only say what names mean; conditions run on each row;
/// `sort` waits for what follows; whatever needs all rows ends a segment.
final class Planner {
    /// AWS: `stats` in one query.
    static final int MAX_STATS = 10;

    private static final String PTR = "@ptr";

    /// AWS: what `countFrequent` counts.
    private static final String COUNT = "_approxcount";

    private static final List<String> DEFAULT_COLUMNS = List.of("@timestamp", "@message");

    private final InsightsQuery query;
    private final QueryTimes times;
    private final int limit;
    private final QueryPlan.Inputs inputs;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Set<String>> required = new ArrayList<>();
    private final List<Set<RequiredValues.Value>> values = new ArrayList<>();
    private final Set<String> indexed = new LinkedHashSet<>();
    private final TablePlanner tables = new TablePlanner(this);
    private final LookupPlanner lookups = new LookupPlanner(this);

    // The open segment.
    private DiscoveredFields discovered = new DiscoveredFields();
    private Expressions expressions;
    private List<RowStep> steps = new ArrayList<>();
    private SortOrder order = SortOrder.NONE;

    // The columns so far, by their names.
    private Map<String, Eval> columns = new LinkedHashMap<>();
    private final Map<String, Eval> parsed = new LinkedHashMap<>();
    private boolean isDisplayed;
    private boolean isAggregated;
    private boolean isDeduplicated;
    private boolean isPattern;
    private boolean isEstimate;
    private TablePlanner.@Nullable Bins bins;
    private int stats;

    Planner(InsightsQuery query, QueryTimes times, int limit, QueryPlan.Inputs inputs) {
        this.query = query;
        this.times = times;
        this.limit = Math.min(limit, QueryPlan.MAX_ROWS);
        this.inputs = inputs;
        this.expressions = in(new Scope(Scope.ofEvents(discovered, times.region())));
    }

    Expressions in(Scope scope) {
        return new Expressions(query.text(), times, scope, this::column);
    }

    Scope scope() {
        return expressions.scope();
    }

    QueryPlan plan() {
        var commands = PatternPlanner.withPattern(query.commands());
        for (var i = 0; i < commands.size(); i++) {
            add(commands, i);
        }
        showDefaults();
        if (!isDisplayed) {
            parsed.forEach(columns::putIfAbsent);
        }
        if (!isAggregated && !columns.containsKey(PTR)) {
            columns.put(PTR, known(PTR));
        }
        var layout = new Layout(scope());
        var names = List.copyOf(columns.keySet());
        var order = this.order;
        var picked = new HashMap<String, Eval.Column>();
        columns.forEach((name, eval) -> picked.put(name, (Eval.Column) layout.column(eval)));
        close(() -> new TopRows(new TopRows.Spec(layout, order, limit, false)), null);
        // A value that has two names is handed on once.
        var places = names.stream().mapToInt(name -> place(picked, name)).toArray();
        return new QueryPlan(times, segments, names, places, required, values, indexed, isEstimate);
    }

    void showDefaults() {
        if (!isAggregated && columns.isEmpty()) {
            for (var name : DEFAULT_COLUMNS) {
                columns.put(name, known(name));
            }
        }
    }

    private static int place(Map<String, Eval.Column> picked, String name) {
        var column = picked.get(name);
        return column == null ? 0 : column.column();
    }

    private Eval known(String name) {
        var found = scope().find(name);
        if (found == null) {
            throw QueryFault.of("Unknown symbols found in or after stats: " + name);
        }
        return found;
    }

    private void close(Supplier<? extends Gathering<?>> gathering, @Nullable TableStep table) {
        segments.add(new Segment(scope(), discovered, List.copyOf(steps), gathering, table));
        discovered = new DiscoveredFields();
        steps = new ArrayList<>();
        order = SortOrder.NONE;
    }

    private void add(List<Command> commands, int place) {
        var command = commands.get(place);
        if (isDeduplicated && !(command instanceof Command.Limit)) {
            throw QueryFault.at(
                    command.start(), command.end(), "Only limit can follow the dedup command");
        }
        switch (command) {
            case Command.Fields(var added, _, _) -> fields(added);
            case Command.Unmask(var unmasked, _, _) -> {
                fields(unmasked);
                for (var column : unmasked) {
                    var eval = Eval.unmasked(expressions.compile(column.expression()));
                    columns.put(column.name(), eval);
                }
            }
            case Command.Display(var shown, _, _) -> {
                columns = new LinkedHashMap<>();
                isDisplayed = true;
                shown.forEach(this::show);
            }
            case Command.Filter(var condition, _, _) -> filter(condition);
            case Command.FilterIndex filter -> {
                if (place > 0) {
                    throw QueryFault.at(
                            filter.start(), filter.end(), "filterIndex is the first command");
                }
                indexed.add(filter.field());
                filter(filter.condition());
            }
            case Command.CountFrequent frequent -> countFrequent(frequent);
            case Command.Sort sort -> sort(sort);
            case Command.Limit limited -> limit(limited);
            case Command.Stats stats -> stats(stats);
            case Command.Dedup dedup -> dedup(dedup);
            case Command.ParseGlob(var source, var pattern, var names, _, _) ->
                    parsed(command, names, Parsers.glob(expressions.compile(source), pattern));
            case Command.ParseRegex(var source, var pattern, var names, var multi, _, _) ->
                    parsed(
                            command,
                            names,
                            Parsers.regex(expressions.compile(source), pattern, names, multi));
            case Command.ParseCsv(var source, var names, _, _) ->
                    parsed(command, names, Parsers.csv(expressions.compile(source)));
            case Command.ParseLogfmt(var source, var name, _, _) ->
                    parsed.put(
                            name,
                            define(command, name, Parsers.logfmt(expressions.compile(source))));
            case Command.Json json -> json(json);
            case Command.Unnest(var list, var name, _, _) ->
                    parsed.put(name, define(command, name, each(expressions.compile(list))));
            case Command.Expand(var list, _, _) -> {
                var element = scope().define(list.name(), each(expressions.list(list)));
                columns.replace(list.name(), element);
                parsed.put(list.name(), element);
            }
            case Command.Pattern pattern -> new PatternPlanner(this).add(pattern, commands, place);
            case Command.RelevantFields relevant -> relevantFields(relevant);
            case Command.Estimate estimate -> {
                if (place < commands.size() - 1) {
                    throw QueryFault.at(
                            estimate.start(), estimate.end(), "estimate is the last command");
                }
                isEstimate = true;
            }
            case Command.Diff _, Command.Anomaly _ -> PatternPlanner.require(commands, place);
            case Command.Table table -> tables.add(table);
            case Command.Lookup lookup -> lookups.add(lookup);
            case Command.Join join -> join(join);
        }
    }

    /// A row for each element of a list.
    private Eval each(Eval list) {
        var element = scope().memo(new Eval.Constant(null, Double.NaN));
        steps.add(new RowStep.Unnest(list, element));
        return element;
    }

    private void json(Command.Json json) {
        var map = scope().memo(expressions.parsed(json.source()));
        for (var i = 0; i < json.paths().size(); i++) {
            var name = json.names().get(i);
            parsed.put(name, define(json, name, Eval.member(map, json.paths().get(i))));
        }
    }

    /// Goes on with patterns, whose columns have these names.
    void patterns(Supplier<? extends Gathering<?>> gathering, List<String> names) {
        named(gathering, names);
        isPattern = true;
    }

    /// Without fields: those that events have, and those that commands defined.
    private void relevantFields(Command.RelevantFields relevant) {
        Eval all = null;
        var fields = new LinkedHashMap<String, Eval>();
        if (relevant.fields().isEmpty()) {
            fields.putAll(columns);
            fields.putAll(parsed);
            fields.remove(PTR);
            all = isAggregated ? null : known(Scope.ALL_FIELDS);
        }
        for (var field : relevant.fields()) {
            fields.put(field.name(), expressions.compile(field.expression()));
        }
        var condition = expressions.compile(relevant.condition());
        var spec = new Relevance.Spec(condition, fields, all);
        named(() -> new Relevance(spec), Relevance.COLUMNS);
    }

    private void named(Supplier<? extends Gathering<?>> gathering, List<String> names) {
        var after = new Scope(_ -> null);
        var shown = new LinkedHashMap<String, Eval>();
        for (var i = 0; i < names.size(); i++) {
            shown.put(names.get(i), after.define(names.get(i), new Eval.Column(i)));
        }
        aggregated(gathering, in(after), shown);
    }

    /// The rows that other commands make of the same groups in another time.
    List<@Nullable Object[]> rowsOf(List<Command> commands, QueryTimes then) {
        var other = new InsightsQuery(query.text(), null, commands);
        return inputs.rows(other, QueryPlan.of(other, then, QueryPlan.MAX_ROWS, inputs));
    }

    Expressions expressions() {
        return expressions;
    }

    QueryTimes times() {
        return times;
    }

    SortOrder order() {
        return order;
    }

    TablePlanner.@Nullable Bins bins() {
        return bins;
    }

    List<String> shown() {
        return List.copyOf(columns.keySet());
    }

    boolean isShown(String name) {
        return columns.containsKey(name);
    }

    Eval shownOrKnown(String name) {
        var shown = columns.get(name);
        return shown == null ? known(name) : shown;
    }

    Eval.Constant constant(Expr expression) {
        if (expressions.compile(expression) instanceof Eval.Constant constant) {
            return constant;
        }
        throw QueryFault.at(expression, "A constant is needed");
    }

    QueryPlan.Inputs inputs() {
        return inputs;
    }

    /// From now on a name means something else.
    void redefine(String name, Eval eval) {
        parsed.remove(name);
        columns.put(name, scope().define(name, eval));
    }

    /// The same for a value that is shown as those of `parse` are, unless the name is shown already.
    void enrich(String name, Eval eval) {
        var defined = scope().define(name, eval);
        (isDisplayed || columns.containsKey(name) ? columns : parsed).put(name, defined);
    }

    private Eval define(Command command, String name, Eval eval) {
        if (scope().isDefined(name)) {
            throw QueryFault.at(
                    command.start(),
                    command.end(),
                    "Ephemeral field(s) [" + name + "] are already defined");
        }
        return scope().define(name, eval);
    }

    private void fields(List<Command.Column> added) {
        if (isAggregated && !isDisplayed) {
            columns = new LinkedHashMap<>(); // after stats, they are a choice
            isDisplayed = true;
        }
        added.forEach(this::show);
    }

    private void show(Command.Column column) {
        var eval = expressions.compile(column.expression());
        if (column.isAliased()) {
            if (scope().isDefined(column.name())) {
                throw QueryFault.at(
                        column.expression(),
                        "Ephemeral field(s) [" + column.name() + "] are already defined");
            }
            eval = scope().define(column.name(), eval);
        }
        columns.putIfAbsent(column.name(), eval);
    }

    private void filter(Expr condition) {
        if (segments.isEmpty()) {
            required.addAll(RequiredTexts.of(condition, scope()));
            values.addAll(RequiredValues.of(condition, scope()));
        }
        steps.add(new RowStep.Filter(expressions.compile(condition)));
    }

    private void sort(Command.Sort sort) {
        var keys = new ArrayList<SortOrder.Key>();
        for (var key : sort.keys()) {
            keys.add(new SortOrder.Key(expressions.compile(key.expression()), key.descending()));
        }
        order = new SortOrder(List.copyOf(keys), false);
    }

    private void limit(Command.Limit limited) {
        if (limited.rows() > QueryPlan.MAX_ROWS) {
            throw QueryFault.at(
                    limited.start(),
                    limited.end(),
                    "The limit is " + QueryPlan.MAX_ROWS + " at most");
        }
        var layout = new Layout(scope());
        var wanted = new SortOrder(order.keys(), limited.take() == Take.LAST);
        var isAny = limited.take() == Take.ANY && order.keys().isEmpty();
        handOn(
                layout,
                () -> new TopRows(new TopRows.Spec(layout, wanted, limited.rows(), isAny)),
                null);
    }

    /// Goes on with the rows that were gathered; names keep their meaning.
    void handOn(
            Layout layout, Supplier<? extends Gathering<?>> gathering, @Nullable TableStep table) {
        columns.replaceAll((_, eval) -> layout.column(eval));
        parsed.replaceAll((_, eval) -> layout.column(eval));
        close(gathering, table);
        expressions = in(new Scope(layout));
    }

    private void dedup(Command.Dedup dedup) {
        var keys = dedup.keys().stream().map(expressions::compile).toList();
        var layout = new Layout(scope());
        var wanted = order;
        // What is limited later is kept until then.
        handOn(
                layout,
                () ->
                        new DistinctRows(
                                new DistinctRows.Spec(layout, wanted, keys, QueryPlan.MAX_ROWS)),
                null);
        isDeduplicated = true;
    }

    private void stats(Command.Stats command) {
        if (++stats > MAX_STATS) {
            throw QueryFault.at(
                    command.start(), command.end(), "A query has " + MAX_STATS + " stats at most");
        }
        if (isPattern) {
            throw QueryFault.at(command.start(), command.end(), "stats can not follow pattern");
        }
        new StatsPlanner(this, query.text()).add(command);
    }

    private void countFrequent(Command.CountFrequent command) {
        var start = command.start();
        var star = List.<Expr>of(new Expr.Star(start, start));
        var count = new Expr.Call("count", star, start, command.end());
        stats(
                new Command.Stats(
                        List.of(new Command.Column(count, COUNT, true)),
                        command.fields(),
                        null,
                        start,
                        command.end()));
        var frequent = new SortOrder.Key(known(COUNT), true);
        order = new SortOrder(List.of(frequent), false);
    }

    void binned(TablePlanner.@Nullable Bins by) {
        bins = by;
    }

    /// Goes on with what was gathered, known by these names alone.
    void aggregated(
            Supplier<? extends Gathering<?>> gathering,
            Expressions afterwards,
            Map<String, Eval> shown) {
        close(gathering, null);
        expressions = afterwards;
        columns = shown;
        parsed.clear();
        isAggregated = true;
        isDisplayed = false;
        bins = null;
    }

    private void parsed(Command command, List<String> names, Eval parser) {
        var values = scope().memo(parser);
        for (var i = 0; i < names.size(); i++) {
            var name = names.get(i);
            parsed.put(name, define(command, name, Parsers.part(values, i)));
        }
    }

    QueryPlan inner(InsightsQuery inside, int start, int end) {
        if (inside.source() == null || inside.commands().isEmpty()) {
            throw QueryFault.at(start, end, "A sub-query starts with SOURCE and has commands");
        }
        return QueryPlan.of(
                new InsightsQuery(query.text(), inside.source(), inside.commands()),
                times,
                QueryPlan.MAX_ROWS,
                QueryPlan.Inputs.CHECK_ONLY.with(inputs::lookupTable));
    }

    /// `a in (SOURCE "g" | … | fields b)`
    private List<@Nullable Object> column(Expr.InQuery in) {
        var plan = inner(in.query(), in.start(), in.end());
        var shown = plan.columns().stream().filter(name -> !name.equals(PTR)).count();
        if (shown != 1) {
            throw QueryFault.at(in, "A sub-query selects one field");
        }
        var values = new ArrayList<@Nullable Object>();
        for (var row : inputs.rows(in.query(), plan)) {
            values.add(row[0]);
        }
        return values;
    }

    private void join(Command.Join join) {
        if (isAggregated) {
            throw QueryFault.at(join.start(), join.end(), "join can not follow stats or pattern");
        }
        var plan = inner(join.query(), join.start(), join.end());
        var keys = join.keys().stream().map(key -> expressions.compile(key.left())).toList();
        var places = new ArrayList<Integer>();
        for (var key : join.keys()) {
            var place = plan.columns().indexOf(key.right());
            if (place < 0) {
                throw QueryFault.at(
                        join.start(), join.end(), "The joined query has no field " + key.right());
            }
            places.add(place);
        }
        var match = scope().memo(new Eval.Constant(null, Double.NaN));
        var rows = JoinedRows.byKey(inputs.rows(join.query(), plan), places);
        steps.add(new RowStep.Join(keys, rows, join.keepsUnmatched(), match));
        for (var i = 0; i < plan.columns().size(); i++) {
            var name = join.right() + "." + plan.columns().get(i);
            define(join, name, Parsers.part(match, i));
        }
        scope().alias(join.left());
    }
}
