package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Command;
import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.eval.QueryTimes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `pattern` with the `diff` or `anomaly` behind it.
final class PatternPlanner {
    private final Planner planner;

    PatternPlanner(Planner planner) {
        this.planner = planner;
    }

    /// `diff` without a `pattern` means that of the messages.
    static List<Command> withPattern(List<Command> commands) {
        var all = new ArrayList<Command>();
        for (var command : commands) {
            if (command instanceof Command.Diff
                    && (all.isEmpty() || !(all.getLast() instanceof Command.Pattern))) {
                var at = command.start();
                all.add(new Command.Pattern(new Expr.Field("@message", at, at), false, at, at));
            }
            all.add(command);
        }
        return all;
    }

    static void require(List<Command> commands, int place) {
        if (place == 0 || !(commands.get(place - 1) instanceof Command.Pattern)) {
            var command = commands.get(place);
            throw QueryFault.at(
                    command.start(), command.end(), "diff and anomaly follow the pattern command");
        }
    }

    void add(Command.Pattern command, List<Command> commands, int place) {
        var text = planner.expressions().compile(command.text());
        var next = place + 1 < commands.size() ? commands.get(place + 1) : null;
        var names = new ArrayList<>(Patterns.COLUMNS);
        var use = command.isBaseline() ? Patterns.Use.BASELINE : Patterns.Use.SHOWN;
        Map<String, Long> before = Map.of();
        if (next instanceof Command.Diff diff) {
            use = Patterns.Use.COMPARED;
            names.addAll(Patterns.DIFF);
            before = before(command, diff, commands.subList(0, place));
        } else if (next instanceof Command.Anomaly) {
            use = Patterns.Use.JUDGED;
            names.addAll(Patterns.ANOMALY);
        }
        var spec = new Patterns.Spec(text, use, planner.times(), before);
        planner.patterns(() -> new Patterns(spec), names);
    }

    /// How often texts occurred in the time to compare with.
    private Map<String, Long> before(
            Command.Pattern pattern, Command.Diff diff, List<Command> first) {
        var back = diff.back();
        var times = planner.times();
        var length = times.endMs() - times.startMs() + 1;
        var then =
                new QueryTimes(
                        back == null ? times.startMs() - length : back.before(times.startMs()),
                        back == null ? times.endMs() - length : back.before(times.endMs()),
                        times.nowMs(),
                        times.region());
        var commands = new ArrayList<>(first);
        commands.add(new Command.Pattern(pattern.text(), true, pattern.start(), pattern.end()));
        var counts = new HashMap<String, Long>();
        for (var row : planner.rowsOf(List.copyOf(commands), then)) {
            var count = row[2] instanceof Double number ? number.longValue() : 0L;
            counts.merge(String.valueOf(row[0]), count, Long::sum);
        }
        return counts;
    }
}
