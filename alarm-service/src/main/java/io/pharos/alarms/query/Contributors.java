package io.pharos.alarms.query;

import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.evaluate.Evaluation;
import io.pharos.alarms.evaluate.Verdict;

import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Judges an alarm on several series: each for itself, then the alarm. Pure.
final class Contributors {
    /// AWS: series told of as being in ALARM.
    static final int MAX_IN_ALARM = 100;

    private final List<ContributorChange> changes = new ArrayList<>();
    private int inAlarm;
    private int series;

    private Contributors() {}

    /// @param alarming the contributors in ALARM before
    static Contributors judge(
            Turn turn, Answer answer, Map<String, Contributor> alarming, Instant now) {
        var judged = new Contributors();
        var keys = turn.queries().groupKeys();
        var met = new HashSet<String>();
        for (var one : answer.series()) {
            var contributor = contributor(keys, one.label());
            met.add(contributor.id());
            judged.add(turn, one, contributor, alarming.containsKey(contributor.id()), now);
        }
        alarming.forEach((id, contributor) -> {
            if (!met.contains(id)) {
                judged.changes.add(
                        new ContributorChange(
                                contributor,
                                new Verdict(
                                        StateValue.OK,
                                        "No data was returned for this contributor",
                                        "")));
            }
        });
        return judged;
    }

    /// A group's label is the values of its keys, joined by spaces. When values have spaces
    /// themselves, they can not be told apart and stay together.
    static Contributor contributor(List<String> keys, String label) {
        var attributes = new LinkedHashMap<String, String>();
        var values = keys.size() == 1 ? new String[] {label} : label.split(" ", -1);
        if (values.length == keys.size()) {
            for (var i = 0; i < values.length; i++) {
                attributes.put(keys.get(i), values[i]);
            }
        } else {
            attributes.put(String.join(" ", keys), label);
        }
        var hash = UUID.nameUUIDFromBytes(attributes.toString().getBytes(StandardCharsets.UTF_8));
        return new Contributor("%016x".formatted(hash.getMostSignificantBits()), attributes);
    }

    private void add(
            Turn turn, MetricDataResult one, Contributor contributor, boolean was, Instant now) {
        series++;
        var window = Answer.window(turn.rule(), turn.endS(), one);
        var before = was ? StateValue.ALARM : StateValue.OK;
        var verdict = Evaluation.of(turn.rule(), window, before, now);
        var after = verdict.map(Verdict::state).orElse(before);
        var isAlarm = after == StateValue.ALARM;
        if (isAlarm && !was && inAlarm >= MAX_IN_ALARM) {
            inAlarm++;
            return; // counted, not told of
        }
        inAlarm += isAlarm ? 1 : 0;
        if (isAlarm != was) {
            var reason = Evaluation.contributorReason(turn.rule(), window, after);
            changes.add(
                    new ContributorChange(
                            contributor,
                            new Verdict(
                                    isAlarm ? StateValue.ALARM : StateValue.OK,
                                    reason,
                                    verdict.map(Verdict::reasonData).orElse(""))));
        }
    }

    List<ContributorChange> changes() {
        return changes;
    }

    /// AWS: in ALARM if any series is; without any series there is not enough data, whatever
    /// TreatMissingData says.
    Optional<Verdict> verdict(StateValue before) {
        var after =
                series == 0
                        ? StateValue.INSUFFICIENT_DATA
                        : inAlarm > 0 ? StateValue.ALARM : StateValue.OK;
        if (after == before) {
            return Optional.empty();
        }
        var reason =
                inAlarm > MAX_IN_ALARM
                        ? MAX_IN_ALARM + "+ time series evaluated to ALARM"
                        : inAlarm + " out of " + series + " time series evaluated to ALARM";
        return Optional.of(new Verdict(after, reason, ""));
    }
}
