package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.Period;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.TableCommand;
import io.pharos.logs.insights.eval.Eval;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Table commands into the steps that a segment ends with: which values they need, what they define.
final class TablePlanner {
    private static final String PTR = "@ptr";

    private final Planner planner;

    /// What `stats` grouped by time.
    ///
    /// @param name of the column
    record Bins(String name, Period period, long offsetMs, List<String> others) {}

    /// A step on its way: values it needs have places, those it makes are reserved.
    private final class Draft {
        private final Layout layout = new Layout(planner.scope());
        private final List<String> names = new ArrayList<>();
        private final List<Eval.Column> made = new ArrayList<>();

        int of(String name) {
            var eval = planner.shownOrKnown(name);
            return ((Eval.Column) layout.column(eval)).column();
        }

        int[] of(List<String> fields) {
            return fields.stream().mapToInt(this::of).toArray();
        }

        /// A value that the step sets, by this name from now on.
        int make(String name) {
            var column = layout.reserve();
            names.add(name);
            made.add(column);
            return column.column();
        }

        int[] make(List<String> fields) {
            return fields.stream().mapToInt(this::make).toArray();
        }
    }

    TablePlanner(Planner planner) {
        this.planner = planner;
    }

    void add(Command.Table command) {
        planner.showDefaults();
        switch (command.command()) {
            case TableCommand.Accumulate(var field, var name) ->
                    step(draft -> TableSteps.accumulate(draft.of(field), draft.make(name)));
            case TableCommand.Autoregress lags -> step(draft -> lag(lags, draft));
            case TableCommand.AddTotals totals -> step(draft -> addTotals(totals, draft));
            case TableCommand.FillDown(var fields) -> {
                var names = matching(fields);
                step(draft -> TableSteps.fillDown(draft.of(names), draft.make(names)));
            }
            case TableCommand.FillMissing missing -> fillMissing(missing, command);
            case TableCommand.Outlier outlier -> step(draft -> outlier(outlier, draft));
            case TableCommand.Sessionize(var fields, var gap, var name) ->
                    step(draft ->
                            TableSteps.sessionize(
                                    draft.of("@timestamp"),
                                    draft.of(fields),
                                    gap.approximateMs(),
                                    draft.make(name)));
            case TableCommand.AppendColumns append -> append(append, command);
        }
    }

    private void step(Function<Draft, TableStep> make) {
        var draft = new Draft();
        var step = make.apply(draft);
        var spec = new TopRows.Spec(draft.layout, planner.order(), TableStep.MAX_ROWS + 1, false);
        planner.handOn(draft.layout, () -> new TopRows(spec), step);
        for (var i = 0; i < draft.names.size(); i++) {
            planner.redefine(draft.names.get(i), draft.made.get(i));
        }
    }

    private static TableStep lag(TableCommand.Autoregress lags, Draft draft) {
        var from = draft.of(lags.field());
        var isOne = lags.isAliased() && lags.first() == lags.last();
        var to =
                IntStream.rangeClosed(lags.first(), lags.last())
                        .map(lag -> draft.make(isOne ? lags.name() : lags.name() + "_p" + lag))
                        .toArray();
        return TableSteps.lag(from, lags.first(), to);
    }

    private TableStep addTotals(TableCommand.AddTotals totals, Draft draft) {
        var fields = totals.fields().isEmpty() ? shown() : matching(totals.fields());
        var of = draft.of(fields);
        return TableSteps.addTotals(
                of, totals.ofRows() ? draft.make(totals.name()) : -1, totals.ofColumns());
    }

    private static TableStep outlier(TableCommand.Outlier outlier, Draft draft) {
        var fields = outlier.fields();
        var marks = fields.stream().map(field -> field + "_outlier").toList();
        return TableSteps.outlier(
                outlier.removes(),
                outlier.factor(),
                outlier.isLowToo(),
                draft.of(fields),
                draft.make(fields),
                outlier.marks() ? draft.make(marks) : new int[0]);
    }

    private void fillMissing(TableCommand.FillMissing missing, Command.Table command) {
        var bins = planner.bins();
        if (bins == null) {
            throw QueryFault.at(
                    command.start(), command.end(), "fillmissing follows stats … by bin()");
        }
        step(draft -> {
            var values = new HashMap<Integer, @Nullable Object>();
            for (var filling : missing.values()) {
                var value = planner.constant(filling.value()).value(); // nothing of a row
                values.put(draft.of(filling.field()), value);
            }
            return TableSteps.fillMissing(
                    new TableSteps.Gaps(
                            draft.of(bins.name()),
                            bins.period(),
                            bins.offsetMs(),
                            draft.of(bins.others()),
                            values,
                            planner.times()));
        });
    }

    private void append(TableCommand.AppendColumns append, Command.Table command) {
        var plan = planner.inner(append.query(), command.start(), command.end());
        var names = plan.columns().stream().filter(name -> !name.equals(PTR)).distinct().toList();
        var all = planner.inputs().rows(append.query(), plan);
        var rows = all.subList(0, Math.min(all.size(), append.most()));
        step(draft -> {
            var from = names.stream().mapToInt(plan.columns()::indexOf).toArray();
            var own =
                    names.stream()
                            .mapToInt(name -> planner.isShown(name) ? draft.of(name) : -1)
                            .toArray();
            return TableSteps.append(rows, from, own, draft.make(names), append.overrides());
        });
    }

    private List<String> shown() {
        return planner.shown().stream().filter(name -> !name.equals(PTR)).toList();
    }

    /// Names with stars mean columns there are.
    private List<String> matching(List<String> fields) {
        if (fields.isEmpty()) {
            return shown();
        }
        var names = new ArrayList<String>();
        for (var field : fields) {
            if (field.indexOf('*') < 0) {
                names.add(field);
                continue;
            }
            for (var name : shown()) {
                if (matches(field, name)) {
                    names.add(name);
                }
            }
        }
        return names.stream().distinct().toList();
    }

    private static boolean matches(String wildcard, String name) {
        var parts = wildcard.split("\\*", -1);
        if (!name.startsWith(parts[0])) {
            return false;
        }
        var at = parts[0].length();
        for (var i = 1; i < parts.length - 1; i++) {
            var found = name.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        var last = parts[parts.length - 1];
        return name.endsWith(last) && name.length() - last.length() >= at;
    }
}
