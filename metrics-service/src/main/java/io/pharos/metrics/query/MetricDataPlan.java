package io.pharos.metrics.query;

import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.math.Evaluator;
import io.pharos.metrics.math.Expression;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.MathFunction;
import io.pharos.metrics.query.Labels.Unlabelled;
import io.pharos.metrics.series.Series;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one call of GetMetricData reads: every metric it names or searches for gets a number, its source,
/// by which series are told apart from there on. Expressions follow with numbers of their own.
public final class MetricDataPlan {
    /// AWS: `SEARCH` functions of one request.
    static final int MAX_SEARCHES = 100;

    static final int MAX_PERIOD = 86_400;
    private static final int DEFAULT_PERIOD = 60;

    private final Tenant tenant;
    private final Map<String, Tenant> elsewhere;
    private final Instant start;
    private final Instant end;
    private final Instant now;
    private final List<DataQuery> queries;
    private final ExpressionOrder order;
    private final Set<String> needed;
    private final List<Input> inputs = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final Map<String, Integer> sourceOf = new HashMap<>();
    private final Map<Expression.Call, List<Integer>> found = new IdentityHashMap<>();
    private final Map<String, PeriodGrid> grids = new HashMap<>();
    private boolean capped;

    /// A metric that is read; its number is its place among the inputs.
    ///
    /// @param grid its periods in the whole range
    /// @param isRead false: nothing that is told needs it
    /// @param isSearched found by a `SEARCH`. AWS: those take room in a page even when nothing needs
    ///     them
    public record Input(
            Series series,
            String stat,
            Statistic statistic,
            @Nullable Unit unit,
            PeriodGrid grid,
            boolean isRead,
            boolean isSearched) {}

    /// @throws FailedExpression when one makes no sense as far as can be told without its values
    public MetricDataPlan(
            List<DataQuery> queries,
            Searches searches,
            Tenant tenant,
            Instant start,
            Instant end,
            Instant now) {
        this(queries, searches, tenant, Map.of(), start, end, now);
    }

    /// @param elsewhere whose metrics some expressions look for, by their ids
    /// @throws FailedExpression when one makes no sense as far as can be told without its values
    public MetricDataPlan(
            List<DataQuery> queries,
            Searches searches,
            Tenant tenant,
            Map<String, Tenant> elsewhere,
            Instant start,
            Instant end,
            Instant now) {
        this.tenant = tenant;
        this.elsewhere = elsewhere;
        this.start = start;
        this.end = end;
        this.now = now;
        this.queries = queries;
        order = new ExpressionOrder(queries);
        needed = order.needed();
        for (var query : queries) {
            if (query instanceof MetricQuery metric) {
                add(metric);
            }
        }
        for (var query : order.order()) {
            try {
                plan(query, searches);
            } catch (ExpressionError error) {
                throw new FailedExpression(query.id(), error);
            }
        }
        for (var query : order.order()) { // after all inputs
            sourceOf.put(query.id(), sources.size());
            sources.add(new Source(null, query.label(), query.id()));
        }
    }

    private void add(MetricQuery metric) {
        sourceOf.put(metric.id(), sources.size());
        var grid = PeriodGrid.of(start, end, metric.periodS(), now);
        grids.put(metric.id(), grid);
        inputs.add(
                new Input(
                        metric.series(),
                        metric.stat(),
                        metric.statistic(),
                        metric.unit(),
                        grid,
                        !metric.isForbidden() && needed.contains(metric.id()),
                        false));
        sources.add(
                new Source(
                        new Unlabelled(metric.series(), metric.stat(), metric.periodS()),
                        metric.label(),
                        metric.id()));
    }

    /// Searches, and finds the finest period of all that goes into the expression.
    private void plan(ExpressionQuery query, Searches searches) {
        if (query.expression() instanceof Expression.Select(var sql)) {
            if (query.periodS() == null) {
                throw new ExpressionError(
                        "Period is a required field when using query within an expression");
            }
            searches.isGrouped(sql); // that it is one
            grids.put(query.id(), grid(Math.max(query.periodS(), DEFAULT_PERIOD)));
            return;
        }
        var finest = new int[] {Integer.MAX_VALUE};
        query.expression()
                .forEach(part -> {
                    if (part instanceof Expression.Call call
                            && call.function() == MathFunction.SEARCH) {
                        finest[0] = Math.min(finest[0], search(query, call, searches));
                    }
                });
        for (var id : order.references(query.id())) {
            var other = grids.get(id);
            if (other != null) {
                finest[0] = Math.min(finest[0], other.periodS());
            }
        }
        if (finest[0] == Integer.MAX_VALUE) { // of constants only
            finest[0] =
                    query.periodS() != null
                            ? query.periodS()
                            : PeriodGrid.finestMinutes(start, now);
        }
        grids.put(query.id(), grid(finest[0]));
    }

    private PeriodGrid grid(int periodS) {
        return PeriodGrid.of(start, end, periodS, now);
    }

    private int search(ExpressionQuery query, Expression.Call call, Searches searches) {
        if (found.size() == MAX_SEARCHES) {
            throw new ExpressionError("Maximum number of SEARCH functions (100) exceeded");
        }
        var stat = text(call, 1);
        var statistic =
                Statistic.parse(stat)
                        .orElseThrow(() ->
                                new ExpressionError("'" + stat + "' is not a valid statistic"));
        var period = period(query, call);
        var result = searches.search(tenant(query.id()), text(call, 0), now);
        capped |= result.isCapped();
        var grid = grid(period);
        var numbers = new ArrayList<Integer>(result.series().size());
        for (var series : result.series()) {
            numbers.add(sources.size());
            inputs.add(
                    new Input(
                            series,
                            stat,
                            statistic,
                            null,
                            grid,
                            needed.contains(query.id()),
                            true));
            sources.add(new Source(new Unlabelled(series, stat, period), null, query.id()));
        }
        found.put(call, numbers);
        return period;
    }

    private static String text(Expression.Call call, int argument) {
        if (call.arguments().get(argument) instanceof Expression.Text(_, var text)) {
            return text;
        }
        throw new ExpressionError("Function 'SEARCH' takes a search and a statistic as strings");
    }

    private static int period(ExpressionQuery query, Expression.Call call) {
        if (call.arguments().size() == 3) {
            var period = Evaluator.constant(call.arguments().get(2));
            if (period != Math.rint(period)
                    || period > MAX_PERIOD
                    || !PeriodGrid.isPeriod((int) period)) {
                throw new ExpressionError(
                        "Period must be 1, 5, 10, 20, 30 or a multiple of 60, up to " + MAX_PERIOD);
            }
            return (int) period;
        }
        if (query.periodS() == null) {
            throw new ExpressionError(
                    "Period is a required field when using SEARCH function within an expression");
        }
        return query.periodS();
    }

    public List<DataQuery> queries() {
        return queries;
    }

    public ExpressionOrder order() {
        return order;
    }

    public boolean isNeeded(String id) {
        return needed.contains(id);
    }

    /// By number.
    public List<Input> inputs() {
        return inputs;
    }

    /// By number: inputs, then expressions.
    public List<Source> sources() {
        return sources;
    }

    /// The number of a query.
    public int sourceOf(String id) {
        var number = sourceOf.get(id);
        if (number == null) {
            throw new IllegalArgumentException("no query " + id);
        }
        return number;
    }

    /// All that was found by searching.
    public List<Unlabelled> found() {
        var metrics = new ArrayList<Unlabelled>();
        for (var numbers : found.values()) {
            for (var number : numbers) {
                var metric = sources.get(number).metric();
                if (metric != null) {
                    metrics.add(metric);
                }
            }
        }
        return metrics;
    }

    /// The numbers of what a `SEARCH` found.
    public List<Integer> found(Expression.Call search) {
        return found.getOrDefault(search, List.of());
    }

    /// The periods of a query in the whole range.
    public PeriodGrid grid(String id) {
        var grid = grids.get(id);
        if (grid == null) {
            throw new IllegalArgumentException("no query " + id);
        }
        return grid;
    }

    /// More metrics were found than a search may find.
    public boolean isCapped() {
        return capped;
    }

    /// Whose metrics a query looks for.
    public Tenant tenant(String id) {
        return elsewhere.getOrDefault(id, tenant);
    }

    public Instant now() {
        return now;
    }
}
