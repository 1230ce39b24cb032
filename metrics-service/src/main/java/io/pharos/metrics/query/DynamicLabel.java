package io.pharos.metrics.query;

import io.pharos.metrics.math.TimeSeries;
import io.pharos.metrics.query.Labels.Unlabelled;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Labels with live values, as `${LABEL} [max: ${MAX}]`. AWS: Using dynamic labels. How AWS writes numbers
/// and times is not documented: numbers have up to three decimals, times are ISO dates with the offset.
public final class DynamicLabel {
    /// AWS: dynamic values of one label.
    static final int MAX_VALUES = 5;

    private static final Pattern VALUE = Pattern.compile("\\$\\{([^}]*)\\}");
    private static final Pattern PROPERTY =
            Pattern.compile(
                    "PROP\\('(AccountId|AccountLabel|Dim\\.[^']+|MetricName|Namespace|Period|Region"
                            + "|Stat)'\\)");
    private static final String NOTHING = "--";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xx");

    private final ZoneOffset zone;
    private final Instant now;

    /// @param zone of times
    /// @param now what relative times count from
    public DynamicLabel(ZoneOffset zone, Instant now) {
        this.zone = zone;
        this.now = now;
    }

    /// Whether a label has live values.
    public static boolean isDynamic(String label) {
        return label.contains("${");
    }

    /// What is wrong with a label's live values; empty when nothing is.
    public static Optional<String> mistake(String label) {
        var values = new ArrayList<String>();
        var matcher = VALUE.matcher(label);
        while (matcher.find()) {
            var value = matcher.group(1);
            if (!isValue(value)) {
                return Optional.of("has an unknown dynamic value: ${" + value + "}");
            }
            if (value.equals("LABEL") && values.contains(value)) {
                return Optional.of("has ${LABEL} more than once");
            }
            values.add(value);
        }
        return values.size() > MAX_VALUES
                ? Optional.of("has more than " + MAX_VALUES + " dynamic values")
                : Optional.empty();
    }

    private static boolean isValue(String value) {
        if (PROPERTY.matcher(value).matches()) {
            return true;
        }
        return switch (value) {
            case "AVG",
                    "DATAPOINT_COUNT",
                    "FIRST",
                    "FIRST_LAST_RANGE",
                    "FIRST_LAST_TIME_RANGE",
                    "FIRST_TIME",
                    "FIRST_TIME_RELATIVE",
                    "LABEL",
                    "LAST",
                    "LAST_TIME",
                    "LAST_TIME_RELATIVE",
                    "MAX",
                    "MAX_TIME",
                    "MAX_TIME_RELATIVE",
                    "MIN",
                    "MIN_MAX_RANGE",
                    "MIN_MAX_TIME_RANGE",
                    "MIN_TIME",
                    "MIN_TIME_RELATIVE",
                    "SUM" ->
                    true;
            default -> false;
        };
    }

    /// The label over the points that are told.
    ///
    /// @param automatic what `${LABEL}` stands for
    /// @param metric whose properties are meant; null when it is no metric
    public String render(
            String label, String automatic, @Nullable Unlabelled metric, TimeSeries series) {
        return VALUE.matcher(label)
                .replaceAll(found ->
                        Matcher.quoteReplacement(value(found.group(1), automatic, metric, series)));
    }

    private String value(
            String value, String automatic, @Nullable Unlabelled metric, TimeSeries series) {
        if (value.equals("LABEL")) {
            return automatic;
        }
        var property = PROPERTY.matcher(value);
        if (property.matches()) {
            return metric == null ? "" : property(property.group(1), metric);
        }
        var size = series.size();
        if (value.equals("DATAPOINT_COUNT")) {
            return Integer.toString(size);
        }
        if (size == 0) {
            return NOTHING;
        }
        var least = extreme(series, -1);
        var most = extreme(series, 1);
        var last = size - 1;
        return switch (value) {
            case "AVG" -> number(sum(series) / size);
            case "SUM" -> number(sum(series));
            case "MIN" -> number(series.values()[least]);
            case "MAX" -> number(series.values()[most]);
            case "FIRST" -> number(series.values()[0]);
            case "LAST" -> number(series.values()[last]);
            case "MIN_MAX_RANGE" -> number(series.values()[most] - series.values()[least]);
            case "FIRST_LAST_RANGE" -> number(series.values()[last] - series.values()[0]);
            case "MIN_TIME" -> time(series.times()[least]);
            case "MAX_TIME" -> time(series.times()[most]);
            case "FIRST_TIME" -> time(series.times()[0]);
            case "LAST_TIME" -> time(series.times()[last]);
            case "MIN_TIME_RELATIVE" -> relative(series.times()[least]);
            case "MAX_TIME_RELATIVE" -> relative(series.times()[most]);
            case "FIRST_TIME_RELATIVE" -> relative(series.times()[0]);
            case "LAST_TIME_RELATIVE" -> relative(series.times()[last]);
            case "MIN_MAX_TIME_RANGE" -> span(series.times()[most] - series.times()[least]);
            case "FIRST_LAST_TIME_RANGE" -> span(series.times()[last] - series.times()[0]);
            default -> throw new IllegalStateException("an unchecked label");
        };
    }

    private static String property(String name, Unlabelled metric) {
        var series = metric.series();
        return switch (name) {
            case "AccountId", "AccountLabel" -> series.account();
            case "Region" -> series.region();
            case "Namespace" -> series.namespace();
            case "MetricName" -> series.metricName();
            case "Period" -> Integer.toString(metric.periodS());
            case "Stat" -> metric.stat();
            default -> { // Dim.name
                for (var dimension : series.dimensions()) {
                    if (name.equals("Dim." + dimension.name())) {
                        yield dimension.value();
                    }
                }
                yield "";
            }
        };
    }

    private static double sum(TimeSeries series) {
        var sum = 0.0;
        for (var value : series.values()) {
            sum += value;
        }
        return sum;
    }

    /// The first of the least (-1) or greatest (1).
    private static int extreme(TimeSeries series, int sign) {
        var found = 0;
        for (var i = 1; i < series.size(); i++) {
            if (sign * Double.compare(series.values()[i], series.values()[found]) > 0) {
                found = i;
            }
        }
        return found;
    }

    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return NOTHING;
        }
        var exact = new BigDecimal(value);
        var rounded = exact.setScale(3, RoundingMode.HALF_EVEN);
        var shown =
                rounded.signum() == 0
                        ? exact.round(new MathContext(3, RoundingMode.HALF_EVEN))
                        : rounded;
        return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
    }

    private String time(long second) {
        return TIME.format(Instant.ofEpochSecond(second).atOffset(zone));
    }

    private String relative(long second) {
        return span(now.getEpochSecond() - second) + " ago";
    }

    private static String span(long seconds) {
        var duration = Duration.ofSeconds(Math.abs(seconds));
        var parts =
                List.of(
                        duration.toDays() + "d",
                        duration.toHoursPart() + "h",
                        duration.toMinutesPart() + "m",
                        duration.toSecondsPart() + "s");
        var shown = parts.stream().filter(part -> !part.startsWith("0")).toList();
        return shown.isEmpty() ? "0s" : String.join(" ", shown);
    }
}
