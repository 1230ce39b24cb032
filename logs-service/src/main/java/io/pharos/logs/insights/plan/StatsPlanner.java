package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.Period;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Expressions;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.insights.eval.Scope;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// `stats`: what rows are grouped by, and the aggregates that expressions are made of.
final class StatsPlanner {
    private final Planner planner;
    private final String text;

    StatsPlanner(Planner planner, String text) {
        this.planner = planner;
        this.text = text;
    }

    void add(Command.Stats command) {
        var expressions = planner.expressions();
        var keys = new ArrayList<Eval>();
        var binned = bins(command, planner.times());
        for (var group : command.groups()) {
            var key = expressions.compile(group.expression());
            if (command.offset() != null && binned != null && binned.name().equals(group.name())) {
                key = Eval.shifted(key, binned.offsetMs());
            }
            if (group.isAliased() && !expressions.scope().isDefined(group.name())) {
                key = expressions.scope().define(group.name(), key);
            }
            keys.add(key);
        }
        var after = new Scope(_ -> null);
        var afterwards = planner.in(after);
        var shown = new LinkedHashMap<String, Eval>();
        for (var i = 0; i < keys.size(); i++) {
            var name = command.groups().get(i).name();
            shown.put(name, after.define(name, new Eval.Column(i)));
        }
        var aggregates = new ArrayList<Aggregate>();
        for (var column : command.aggregates()) {
            register(column.expression(), keys.size(), after, aggregates, expressions);
            var eval = afterwards.compile(column.expression());
            if (column.isAliased() && after.isDefined(column.name())) {
                throw QueryFault.at(
                        column.expression(),
                        "Ephemeral field(s) [" + column.name() + "] are already defined");
            }
            shown.put(
                    column.name(),
                    after.isDefined(column.name()) ? eval : after.define(column.name(), eval));
        }
        var spec = new Groups.Spec(List.copyOf(keys), List.copyOf(aggregates));
        planner.aggregated(() -> new Groups(spec), afterwards, shown);
        planner.binned(binned);
    }

    /// Gives each aggregate in an expression a column, named by its own text.
    private void register(
            Expr expression,
            int first,
            Scope after,
            List<Aggregate> aggregates,
            Expressions expressions) {
        if (expression instanceof Expr.Call call && Aggregates.isOne(call)) {
            var label = text.substring(call.start(), call.end()).strip();
            if (!after.isDefined(label)) {
                after.define(label, new Eval.Column(first + aggregates.size()));
                aggregates.add(Aggregates.of(call, expressions));
            }
            return;
        }
        for (var part : Parts.of(expression)) {
            register(part, first, after, aggregates, expressions);
        }
    }

    /// The first group that is a period of time.
    private static TablePlanner.@Nullable Bins bins(Command.Stats command, QueryTimes times) {
        var offset = command.offset();
        for (var group : command.groups()) {
            if (group.expression() instanceof Expr.Call(var function, var arguments, _, _)
                    && (function.equals("bin") || function.equals("datefloor"))) {
                var last = arguments.isEmpty() ? null : arguments.getLast();
                var period =
                        last instanceof Expr.Interval(var length, _, _)
                                ? length
                                : Period.forRange(times.endMs() - times.startMs());
                var others =
                        command.groups().stream()
                                .map(Command.Column::name)
                                .filter(name -> !name.equals(group.name()))
                                .toList();
                return new TablePlanner.Bins(
                        group.name(), period, offset == null ? 0 : offset.approximateMs(), others);
            }
        }
        if (offset != null) {
            throw QueryFault.at(command.start(), command.end(), "offset shifts a group by bin()");
        }
        return null;
    }
}
