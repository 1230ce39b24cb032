package io.pharos.metric;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.regex.Pattern;

/// A statistic's name, understood: `Sum`, `p99.9`, `TM(10%:90%)`, `PR(:100)` … Names are
/// case-sensitive.
public sealed interface Statistic {

    /// The five that a statistic set answers.
    enum Basic implements Statistic {
        SAMPLE_COUNT("SampleCount"),
        AVERAGE("Average"),
        SUM("Sum"),
        MINIMUM("Minimum"),
        MAXIMUM("Maximum");

        private final String awsName;

        Basic(String awsName) {
            this.awsName = awsName;
        }

        /// As clients write it.
        public String awsName() {
            return awsName;
        }
    }

    /// Those that need the distribution.
    sealed interface Extended extends Statistic {}

    /// `p50`: percent is 0 to 100.
    record Percentile(double percent) implements Extended {}

    /// `TM(10%:90%)`, `tm90`, `IQM`: what lies between two ranks, in percent.
    record Ranked(Trim trim, double from, double to) implements Extended {}

    /// `TM(2:10)`, `PR(:100)`: what lies above `from` and not above `to`; an open end is infinite.
    record Valued(Trim trim, double from, double to) implements Extended {}

    /// What is told about the samples in a range.
    enum Trim {
        TRIMMED_MEAN("TM"),
        WINSORIZED_MEAN("WM"),
        TRIMMED_COUNT("TC"),
        TRIMMED_SUM("TS"),
        PERCENTILE_RANK("PR");

        private final String prefix;

        Trim(String prefix) {
            this.prefix = prefix;
        }

        static Trim of(String prefix) {
            for (var trim : values()) {
                if (trim.prefix.equalsIgnoreCase(prefix)) {
                    return trim;
                }
            }
            throw new IllegalArgumentException("no such trim");
        }
    }

    /// AWS: the interquartile mean, the same as `TM(25%:75%)`.
    Ranked IQM = new Ranked(Trim.TRIMMED_MEAN, 25, 75);

    /// Understands a name; empty when AWS has no such statistic.
    static Optional<Statistic> parse(String name) {
        return Optional.ofNullable(StatisticNames.parse(name));
    }

    /// Only the names that `ExtendedStatistics` takes.
    static Optional<Extended> parseExtended(String name) {
        return StatisticNames.parse(name) instanceof Extended extended
                ? Optional.of(extended)
                : Optional.empty();
    }
}

/// The grammar of statistic names.
final class StatisticNames {
    private static final int LONGEST = 128;
    private static final String PERCENT = "(?:100(?:\\.0{0,10})?|\\d{1,2}(?:\\.\\d{0,10})?)";
    private static final String NUMBER = "-?\\d{1,20}(?:\\.\\d{0,20})?(?:[eE][+-]?\\d{1,3})?";
    private static final Pattern SHORT = Pattern.compile("(p|tm|wm|tc|ts)(" + PERCENT + ")");
    private static final Pattern RANKS =
            Pattern.compile("(TM|WM|TC|TS)\\((?:(" + PERCENT + ")%)?:(?:(" + PERCENT + ")%)?\\)");
    private static final Pattern VALUES =
            Pattern.compile("(TM|WM|TC|TS|PR)\\((" + NUMBER + ")?:(" + NUMBER + ")?\\)");

    private StatisticNames() {}

    static @Nullable Statistic parse(String name) {
        for (var basic : Statistic.Basic.values()) {
            if (basic.awsName().equals(name)) {
                return basic;
            }
        }
        if (name.length() > LONGEST) {
            return null;
        }
        if (name.equals("IQM")) {
            return Statistic.IQM;
        }
        var brief = SHORT.matcher(name);
        if (brief.matches()) { // p99.9, tm90
            var percent = Double.parseDouble(brief.group(2));
            return brief.group(1).equals("p")
                    ? new Statistic.Percentile(percent)
                    : new Statistic.Ranked(Statistic.Trim.of(brief.group(1)), 0, percent);
        }
        var ranks = RANKS.matcher(name);
        if (ranks.matches()) { // TM(10%:90%), TC(:5%)
            return ranked(ranks.group(1), ranks.group(2), ranks.group(3));
        }
        var values = VALUES.matcher(name);
        return values.matches() // PR(:100), TS(80:)
                ? valued(values.group(1), values.group(2), values.group(3))
                : null;
    }

    private static @Nullable Statistic ranked(
            String trim, @Nullable String from, @Nullable String to) {
        if (from == null && to == null) {
            return null;
        }
        var low = from == null ? 0 : Double.parseDouble(from);
        var high = to == null ? 100 : Double.parseDouble(to);
        return low <= high ? new Statistic.Ranked(Statistic.Trim.of(trim), low, high) : null;
    }

    private static @Nullable Statistic valued(
            String trim, @Nullable String from, @Nullable String to) {
        if (from == null && to == null) {
            return null;
        }
        var low = from == null ? Double.NEGATIVE_INFINITY : Double.parseDouble(from);
        var high = to == null ? Double.POSITIVE_INFINITY : Double.parseDouble(to);
        return low <= high ? new Statistic.Valued(Statistic.Trim.of(trim), low, high) : null;
    }
}
