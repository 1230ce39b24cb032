package io.pharos.alarms.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.alarm.AwsTime;
import io.pharos.alarms.alarm.Comparison;
import io.pharos.alarms.alarm.MissingData;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// StateReason and StateReasonData of a state that was reached by evaluation, letter by letter as
/// AWS writes them.
final class Reason {
    static final int MAX_REASON = 1023;
    static final int MAX_DATA = 4000;

    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("dd/MM/yy HH:mm:ss").withZone(ZoneOffset.UTC);

    private final AlarmRule rule;
    private final Window window;
    private final int[] counted;
    private final StateValue state;

    /// @param counted indexes into the window of the datapoints that count, newest first
    Reason(AlarmRule rule, Window window, int[] counted, StateValue state) {
        this.rule = rule;
        this.window = window;
        this.counted = counted;
        this.state = state;
    }

    String text() {
        var text = counted.length == 0 ? nothingReceived() : crossed();
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
    }

    /// `Threshold Crossed: 1 datapoint was less than the threshold (1.0). The most recent datapoint
    /// which crossed the threshold: [0.0 (01/12/25 13:34:00)].`
    String contributorText() {
        var isAlarm = state == StateValue.ALARM;
        var listed = agreeing(isAlarm);
        if (listed.isEmpty()) {
            return text();
        }
        return "Threshold Crossed: "
                + count(listed.size(), "datapoint")
                + were(listed.size())
                + (isAlarm ? "" : "not ")
                + rule.comparison().words()
                + " the threshold ("
                + rule.threshold()
                + ")."
                + (isAlarm
                        ? " The most recent datapoint which crossed the threshold: ["
                                + listed.getFirst()
                                + "]."
                        : "");
    }

    private String nothingReceived() {
        var m = rule.breachesToAlarm();
        if (!isFilled()) {
            // Insufficient Data: 3 datapoints were unknown.
            return "Insufficient Data: " + count(m, "datapoint") + were(m) + "unknown.";
        }
        // Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint …
        return "Threshold Crossed: no datapoints were received for "
                + count(m, "period")
                + " and "
                + treated(m)
                + ".";
    }

    private String crossed() {
        var isAlarm = state == StateValue.ALARM;
        var listed = agreeing(isAlarm);
        var text =
                new StringBuilder(
                        window.band() == null ? "Threshold Crossed: " : "Thresholds Crossed: ");
        if (rule.datapointsToAlarm() == null) {
            text.append(count(listed.size(), "datapoint"));
        } else {
            text.append(listed.size())
                    .append(" out of the last ")
                    .append(count(rule.evaluationPeriods(), "datapoints", ""));
        }
        if (!listed.isEmpty()) {
            text.append(" [").append(String.join(", ", listed)).append(']');
        }
        text.append(were(listed.size()));
        if (window.band() == null) {
            text.append(isAlarm ? "" : "not ")
                    .append(rule.comparison().words())
                    .append(" the threshold (")
                    .append(rule.threshold())
                    .append(')');
        } else {
            text.append(against(window.band(), isAlarm));
        }
        var filled = rule.evaluationPeriods() - counted.length;
        if (isFilled() && filled > 0) {
            text.append(" and ").append(treated(filled));
        }
        if (rule.datapointsToAlarm() != null) {
            text.append(" (minimum ")
                    .append(
                            count(
                                    isAlarm ? rule.breachesToAlarm() : rule.goodToBeOk(),
                                    "datapoint"))
                    .append(
                            isAlarm
                                    ? " for OK -> ALARM transition)"
                                    : " for ALARM -> OK transition)");
        }
        return text.append('.').toString();
    }

    /// `less than the lower thresholds [1.0] or greater than the upper thresholds [5.0]`
    private String against(Window.Band band, boolean isAlarm) {
        var not = isAlarm ? "" : "not ";
        var sides = new ArrayList<String>(2);
        if (rule.comparison() != Comparison.ABOVE) {
            sides.add(not + "less than the lower thresholds " + ends(band.lower(), isAlarm));
        }
        if (rule.comparison() != Comparison.BELOW) {
            sides.add(not + "greater than the upper thresholds " + ends(band.upper(), isAlarm));
        }
        return String.join(" or ", sides);
    }

    private String ends(double[] values, boolean breaching) {
        var listed = new ArrayList<String>();
        for (var index : counted) {
            if (window.breaches(rule, index) == breaching) {
                listed.add(Double.toString(values[index]));
            }
        }
        return "[" + String.join(", ", listed) + "]";
    }

    /// `100.0 (14/09/26 05:51:30)` of every counted datapoint that speaks for the state.
    private List<String> agreeing(boolean breaching) {
        var listed = new ArrayList<String>();
        for (var index : counted) {
            var value = window.values()[index];
            if (window.breaches(rule, index) == breaching) {
                var start = Instant.ofEpochSecond(window.startS(index));
                listed.add(value + " (" + DAY_AND_TIME.format(start) + ")");
            }
        }
        return listed;
    }

    private boolean isFilled() {
        return rule.missingData() == MissingData.BREACHING
                || rule.missingData() == MissingData.NOT_BREACHING;
    }

    /// `2 missing datapoints were treated as [NonBreaching]`
    private String treated(int missing) {
        var as = rule.missingData() == MissingData.BREACHING ? "Breaching" : "NonBreaching";
        return count(missing, "missing datapoint") + were(missing) + "treated as [" + as + "]";
    }

    private static String were(int count) {
        return count == 1 ? " was " : " were ";
    }

    private static String count(int count, String noun) {
        return count(count, noun, count == 1 ? "" : "s");
    }

    private static String count(int count, String noun, String ending) {
        return count + " " + noun + ending;
    }

    /// Lists are cut from their old end until the text fits AWS's limit and is still JSON.
    String data(Instant now) {
        for (var entries = window.size(); ; entries /= 2) {
            var text = dataOf(now, entries).toString();
            if (text.length() <= MAX_DATA || entries == 0) {
                return text;
            }
        }
    }

    private ObjectNode dataOf(Instant now, int maxEntries) {
        var data = JsonNodeFactory.instance.objectNode();
        data.put("version", "1.0");
        data.put("queryDate", AwsTime.text(now));
        if (counted.length > 0) {
            data.put("startDate", time(counted[counted.length - 1]));
        }
        if (rule.unit() != null) {
            data.put("unit", rule.unit());
        }
        if (rule.statistic() != null) {
            data.put("statistic", rule.statistic());
        }
        data.put("period", rule.periodS());
        recent(data.putArray("recentDatapoints"), window.values(), maxEntries);
        if (window.band() == null) {
            data.put("threshold", rule.threshold());
        } else {
            var band = window.band();
            recent(data.putArray("recentLowerThresholds"), band.lower(), maxEntries);
            recent(data.putArray("recentUpperThresholds"), band.upper(), maxEntries);
        }
        evaluated(data.putArray("evaluatedDatapoints"), maxEntries);
        return data;
    }

    /// Oldest to newest, from the first to the last datapoint that exists, null in the gaps.
    private void recent(ArrayNode recent, double[] values, int maxEntries) {
        if (counted.length == 0) {
            return;
        }
        var newest = counted[0];
        var oldest = Math.min(counted[counted.length - 1], newest + maxEntries - 1);
        for (var index = oldest; index >= newest; index--) {
            if (window.isMissing(index)) {
                recent.addNull();
            } else {
                recent.add(values[index]);
            }
        }
    }

    /// Newest first, just enough entries to decide; the newest missing periods stand in when there
    /// are too few datapoints.
    private void evaluated(ArrayNode evaluated, int maxEntries) {
        var wanted =
                state == StateValue.OK && counted.length > 0
                        ? rule.goodToBeOk()
                        : rule.breachesToAlarm();
        for (var index : deciding(Math.min(wanted, maxEntries))) {
            var entry = evaluated.addObject().put("timestamp", time(index));
            if (!window.isMissing(index)) {
                var samples = window.sampleCounts();
                if (samples != null) {
                    entry.put("sampleCount", samples[index]);
                }
                entry.put("value", window.values()[index]);
            }
        }
    }

    private Iterable<Integer> deciding(int wanted) {
        var chosen = new TreeSet<Integer>();
        for (var index : counted) {
            if (chosen.size() < wanted
                    && window.breaches(rule, index) == (state == StateValue.ALARM)) {
                chosen.add(index);
            }
        }
        for (var index = 0; index < window.size() && chosen.size() < wanted; index++) {
            if (window.isMissing(index)) {
                chosen.add(index);
            }
        }
        return chosen;
    }

    private String time(int index) {
        return AwsTime.text(Instant.ofEpochSecond(window.startS(index)));
    }
}
