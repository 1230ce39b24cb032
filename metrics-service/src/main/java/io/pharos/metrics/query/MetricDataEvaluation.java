package io.pharos.metrics.query;

import io.pharos.metrics.math.Evaluator;
import io.pharos.metrics.math.Expression;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.Inputs;
import io.pharos.metrics.math.MathFunction;
import io.pharos.metrics.math.RuleMetric;
import io.pharos.metrics.math.Slots;
import io.pharos.metrics.math.TimeSeries;
import io.pharos.metrics.math.Value;
import io.pharos.metrics.query.Bands.Band;
import io.pharos.metrics.query.Searches.Selected;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// The values of all queries of a call over one page of time.
public final class MetricDataEvaluation {
    /// A page makes room for so many groups of a query: how many there are is not known before.
    private static final int GROUPS_EXPECTED = 50;

    private final MetricDataPlan plan;
    private final Lookups lookups;
    private final Map<String, Functions.Failure> failures = new HashMap<>();
    private final Map<Report, List<InsightRules.Point>> reports = new HashMap<>();
    private int called;
    private final @Nullable DatapointPage page;
    private final List<TimeSeries> inputs;
    private final Map<String, Value> values = new HashMap<>();
    private final List<Source> sources;
    private final Set<String> partial = new HashSet<>();
    private long made;

    /// What was asked of rules.
    private record Report(Tenant tenant, String rule, Slots slots) {}

    private MetricDataEvaluation(
            MetricDataPlan plan,
            Lookups lookups,
            @Nullable DatapointPage page,
            List<TimeSeries> inputs) {
        this.plan = plan;
        this.lookups = lookups;
        this.page = page;
        this.inputs = inputs;
        sources = new ArrayList<>(plan.sources());
    }

    /// Computes everything over no time: finds what makes no sense, and what a page costs.
    ///
    /// @throws FailedExpression when an expression makes no sense
    public static PageCost cost(MetricDataPlan plan, Lookups lookups) {
        var inputs = new ArrayList<TimeSeries>(plan.inputs().size());
        for (var i = 0; i < plan.inputs().size(); i++) {
            var period = plan.inputs().get(i).grid().periodS();
            inputs.add(TimeSeries.empty(i, Slots.empty(period)));
        }
        var dry = new MetricDataEvaluation(plan, lookups, null, inputs);
        dry.evaluate(true);
        var cost = new PageCost();
        plan.inputs().stream()
                .filter(input -> input.isRead() || input.isSearched())
                .forEach(input -> cost.addRead(input.grid()));
        for (var query : plan.queries()) {
            if (query.returnData() && !query.isForbidden()) {
                cost.addTold(plan.grid(query.id()), dry.told(query));
            } else if (plan.isNeeded(query.id()) && isSelect(query)) {
                cost.addRead(plan.grid(query.id()));
            }
        }
        cost.addComputed(dry.made);
        return cost;
    }

    private static boolean isSelect(DataQuery query) {
        return query instanceof ExpressionQuery expression
                && expression.expression() instanceof Expression.Select;
    }

    private long told(DataQuery query) {
        if (values.get(query.id()) instanceof Value.Several(var series)) {
            return isSelect(query) ? GROUPS_EXPECTED : series.size();
        }
        return 1;
    }

    /// Computes what is needed.
    ///
    /// @param page null when there is no time at all
    /// @param inputs of the page, by number; empty ones for those that were not read
    public static MetricDataEvaluation of(
            MetricDataPlan plan,
            Lookups lookups,
            @Nullable DatapointPage page,
            List<TimeSeries> inputs) {
        var evaluation = new MetricDataEvaluation(plan, lookups, page, inputs);
        evaluation.evaluate(false);
        return evaluation;
    }

    private void evaluate(boolean everything) {
        for (var query : plan.queries()) {
            if (query instanceof MetricQuery) {
                values.put(query.id(), new Value.Single(inputs.get(plan.sourceOf(query.id()))));
            }
        }
        for (var query : plan.order().order()) {
            if (everything || plan.isNeeded(query.id())) {
                try {
                    var evaluator = new Evaluator(new OfQuery(query));
                    values.put(query.id(), evaluator.evaluate(query.expression()));
                    made += evaluator.made();
                } catch (ExpressionError error) {
                    throw new FailedExpression(query.id(), error);
                }
            }
        }
    }

    /// Why a query has no result; null when it has.
    public Functions.@Nullable Failure failure(String id) {
        return failures.get(id);
    }

    /// One or several time series.
    public Value value(String id) {
        var value = values.get(id);
        if (value == null) {
            throw new IllegalArgumentException("not computed: " + id);
        }
        return value;
    }

    /// By number: those of the plan, then groups of queries.
    public List<Source> sources() {
        return Collections.unmodifiableList(sources);
    }

    /// Whether a query left metrics or groups out.
    public boolean isPartial(String id) {
        return partial.contains(id);
    }

    private void checkReports() {
        if (reports.size() > InsightRules.MAX_RULES) {
            throw new ExpressionError(
                    "Maximum number of INSIGHT_RULE_METRIC rules ("
                            + InsightRules.MAX_RULES
                            + ") exceeded");
        }
    }

    private Slots slots(PeriodGrid whole) {
        if (page == null) {
            return Slots.empty(whole.periodS());
        }
        var grid = whole.between(page.fromS(), page.toS());
        return new Slots(grid.startS(), grid.periodS(), grid.count());
    }

    private final class OfQuery implements Inputs {
        private final ExpressionQuery query;

        OfQuery(ExpressionQuery query) {
            this.query = query;
        }

        @Override
        public Slots slots() {
            return MetricDataEvaluation.this.slots(plan.grid(query.id()));
        }

        @Override
        public Value reference(String id) {
            var value = values.get(id);
            if (value == null) {
                throw new ExpressionError("Id '" + id + "' not found");
            }
            return value instanceof Value.Single(var series)
                    ? new Value.Single(
                            new TimeSeries(
                                    plan.sourceOf(id),
                                    series.slots(),
                                    series.times(),
                                    series.values()))
                    : value;
        }

        @Override
        public OptionalInt periodOf(String id) {
            var source = plan.sourceOf(id);
            return source < plan.inputs().size()
                    ? OptionalInt.of(plan.inputs().get(source).grid().periodS())
                    : OptionalInt.empty();
        }

        @Override
        public List<TimeSeries> metrics(String part) {
            return plan.order().metrics(part).stream()
                    .map(metric -> inputs.get(plan.sourceOf(metric.id())))
                    .toList();
        }

        @Override
        public List<TimeSeries> search(Expression.Call search) {
            return plan.found(search).stream().map(inputs::get).toList();
        }

        @Override
        public Value select(Expression.Select select) {
            var whole = plan.grid(query.id());
            var grouped = lookups.searches().isGrouped(select.sql());
            var slots = slots();
            if (page == null || slots.count() == 0) {
                return grouped
                        ? new Value.Several(List.of())
                        : new Value.Single(TimeSeries.empty(TimeSeries.NO_SOURCE, slots));
            }
            var selected =
                    lookups.searches()
                            .select(
                                    plan.tenant(query.id()),
                                    select.sql(),
                                    whole.between(page.fromS(), page.toS()),
                                    plan.now());
            if (selected.isPartial()) {
                partial.add(query.id());
            }
            return grouped ? groups(selected, slots) : new Value.Single(one(selected, slots));
        }

        @Override
        public List<TimeSeries> band(Expression of, TimeSeries series, double width) {
            var subject = BandSubject.of(of, plan.order().queries());
            var slots = series.slots();
            if (slots.periodS() < Bands.MIN_PERIOD || slots.periodS() > Bands.MAX_PERIOD) {
                throw new ExpressionError(
                        "Period of ANOMALY_DETECTION_BAND must be "
                                + Bands.MIN_PERIOD
                                + " to "
                                + Bands.MAX_PERIOD);
            }
            var grid = new PeriodGrid(slots.startS(), slots.periodS(), slots.count());
            var band =
                    page == null || grid.count() == 0
                            ? Band.NONE
                            : lookups.bands()
                                    .band(
                                            plan.tenant(query.id()),
                                            subject,
                                            grid,
                                            width,
                                            plan.now());
            return List.of(
                    edge("low", slots, band.timesS(), band.lower()),
                    edge("high", slots, band.timesS(), band.upper()));
        }

        @Override
        public double quota(String id) {
            if (plan.order().queries().get(id) instanceof MetricQuery metric) {
                return lookups.quotas().of(metric.series());
            }
            throw new ExpressionError("Function 'SERVICE_QUOTA' takes the id of a usage metric");
        }

        @Override
        public TimeSeries ruleMetric(String rule, RuleMetric metric) {
            var slots = slots();
            if (slots.periodS() % InsightRules.PERIOD_UNIT != 0) {
                throw new ExpressionError(
                        "Period of INSIGHT_RULE_METRIC must be a multiple of "
                                + InsightRules.PERIOD_UNIT);
            }
            if (page == null || slots.count() == 0) {
                reports.putIfAbsent(new Report(plan.tenant(query.id()), rule, slots), List.of());
                checkReports();
                return TimeSeries.empty(TimeSeries.NO_SOURCE, slots);
            }
            try {
                var points = report(new Report(plan.tenant(query.id()), rule, slots));
                return new TimeSeries(
                        TimeSeries.NO_SOURCE,
                        slots,
                        points.stream().mapToLong(InsightRules.Point::timeS).toArray(),
                        points.stream().mapToDouble(point -> point.value(metric)).toArray());
            } catch (Functions.Failure failure) {
                failures.put(query.id(), failure);
                return TimeSeries.empty(TimeSeries.NO_SOURCE, slots);
            }
        }

        /// Metrics of one rule are asked for together.
        private List<InsightRules.Point> report(Report of) {
            var known = reports.get(of);
            if (known == null) {
                var slots = of.slots();
                var grid = new PeriodGrid(slots.startS(), slots.periodS(), slots.count());
                known = lookups.rules().points(of.tenant(), of.rule(), grid);
                reports.put(of, known);
                checkReports();
            }
            return known;
        }

        @Override
        public List<TimeSeries> external(String function, List<Object> arguments) {
            if (++called > Functions.MAX_CALLS) {
                throw new ExpressionError(
                        "Maximum number of LAMBDA functions ("
                                + Functions.MAX_CALLS
                                + ") exceeded");
            }
            var slots = slots();
            if (page == null || slots.count() == 0) {
                return List.of();
            }
            var grid = new PeriodGrid(slots.startS(), slots.periodS(), slots.count());
            var series = new ArrayList<TimeSeries>();
            try {
                for (var one :
                        lookups.functions()
                                .call(plan.tenant(query.id()), function, arguments, grid)) {
                    series.add(new TimeSeries(sources.size(), slots, one.timesS(), one.values()));
                    sources.add(new Source(null, null, one.label()));
                }
            } catch (Functions.Failure failure) {
                failures.put(query.id(), failure);
            }
            return series;
        }

        private TimeSeries edge(String name, Slots slots, long[] timesS, double[] values) {
            var edge = new TimeSeries(sources.size(), slots, timesS, values);
            sources.add(new Source(null, null, MathFunction.ANOMALY_DETECTION_BAND + " " + name));
            return edge;
        }

        private Value groups(Selected selected, Slots slots) {
            var series = new ArrayList<TimeSeries>(selected.groups().size());
            for (var group : selected.groups()) {
                series.add(new TimeSeries(sources.size(), slots, group.timesS(), group.values()));
                sources.add(new Source(null, null, group.label()));
            }
            return new Value.Several(series);
        }

        private TimeSeries one(Selected selected, Slots slots) {
            return selected.groups().isEmpty()
                    ? TimeSeries.empty(TimeSeries.NO_SOURCE, slots)
                    : new TimeSeries(
                            TimeSeries.NO_SOURCE,
                            slots,
                            selected.groups().getFirst().timesS(),
                            selected.groups().getFirst().values());
        }
    }
}
