package io.pharos.alarms.query;

import io.pharos.alarms.alarm.AlarmQueries;
import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.ledger.KeptAlarm;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.util.regex.Pattern;

/// One evaluation of an alarm on queries: what is to be known.
///
/// @param endS where the newest period ends, seconds since the epoch
public record Turn(KeptAlarm kept, AlarmRule rule, AlarmQueries queries, long endS) {
    /// Sees more than what the alarm itself names.
    private static final Pattern OF_ALL = Pattern.compile("(?i)\\bMETRICS\\s*\\(");

    static Turn of(KeptAlarm kept, long endS) {
        MetricAlarm alarm = kept.metric();
        return new Turn(kept, AlarmRule.of(alarm), AlarmQueries.of(alarm), endS);
    }

    long startS() {
        return endS - (long) rule.range() * rule.periodS();
    }

    /// Whether it can not be asked together with others.
    boolean isAlone() {
        // A band is of the very queries it names: their ids stay.
        return queries.isSelect()
                || queries.band().isPresent()
                || queries.queries().stream()
                        .anyMatch(q ->
                                q.expression() != null && OF_ALL.matcher(q.expression()).find());
    }
}
