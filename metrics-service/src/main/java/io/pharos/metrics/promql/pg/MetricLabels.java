package io.pharos.metrics.promql.pg;

import io.pharos.metric.Statistic;
import io.pharos.metrics.promql.Expr;
import io.pharos.metrics.promql.LabelSet;
import io.pharos.metrics.promql.Matcher;
import io.pharos.metrics.series.Series;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Metrics as series with labels. What came by remote-write or OpenTelemetry has the labels it was
/// sent with. Every other metric has its dimensions, its namespace as `@aws.namespace`, account and
/// region, and the statistic that its values are as `@aws.statistic`.
public final class MetricLabels {
    public static final String NAMESPACE = "@aws.namespace";
    static final String STATISTIC = "@aws.statistic";
    private static final String ACCOUNT = "@aws.account";
    private static final String REGION = "@aws.region";

    /// Whose histograms come in parts of their own.
    private static final String PROMETHEUS = "Prometheus";

    private static final Set<String> COMPUTED = Set.of(NAMESPACE, STATISTIC, ACCOUNT, REGION);
    private static final Set<String> SENT_BY = Set.of(PROMETHEUS, "OpenTelemetry");
    private static final String DATAPOINT = "@datapoint.";

    /// Labels that Pharos adds to those of OpenTelemetry itself when they become buckets.
    private static final Set<String> OF_BUCKETS = Set.of("le", "quantile");

    private static final String BUCKETS = "Buckets";

    private MetricLabels() {}

    /// What the values of a series are.
    ///
    /// @param statistic null for samples as they were sent, and for buckets
    /// @param name of the statistic; empty for samples as they were sent
    public record Form(@Nullable Statistic statistic, String name) {
        boolean isSent() {
            return name.isEmpty();
        }

        /// One series a bucket of the distribution, with `le`.
        boolean isBuckets() {
            return name.equals(BUCKETS);
        }

        /// Whether a label is made later.
        boolean ignores(String label) {
            return isBuckets() && label.equals("le");
        }
    }

    static final Form SENT = new Form(null, "");

    /// No series has such a statistic.
    static final Form NONE = new Form(null, "none");

    static boolean isClassic(Series series) {
        return !SENT_BY.contains(series.namespace());
    }

    static boolean isComputed(String label) {
        return COMPUTED.contains(label);
    }

    static String asAttribute(String label) {
        return label.startsWith("@") || OF_BUCKETS.contains(label) ? label : DATAPOINT + label;
    }

    /// The statistic that a selector asks for: Average when it does not say.
    static Form form(List<Matcher> matchers) {
        for (var matcher : matchers) {
            if (matcher.name().equals(STATISTIC) && matcher.kind() == Matcher.Kind.EQUAL) {
                var name = matcher.value();
                if (name.equals(BUCKETS)) {
                    return new Form(null, name);
                }
                return Statistic.parse(name).map(s -> new Form(s, name)).orElse(NONE);
            }
        }
        return new Form(Statistic.Basic.AVERAGE, Statistic.Basic.AVERAGE.awsName());
    }

    static LabelSet of(Series series, Form form) {
        var labels = new TreeMap<String, String>();
        if (isClassic(series)) {
            series.dimensions().forEach(it -> labels.put(it.name(), it.value()));
            labels.put(NAMESPACE, series.namespace());
            labels.put(ACCOUNT, series.account());
            labels.put(REGION, series.region());
            labels.put(STATISTIC, form.name());
        } else {
            // An attribute's short name, unless something else has it.
            series.dimensions().forEach(it -> labels.put(it.name(), it.value()));
            for (var dimension : series.dimensions()) {
                var name = dimension.name();
                var isAttribute =
                        name.startsWith(DATAPOINT)
                                && name.length() > DATAPOINT.length()
                                && name.charAt(DATAPOINT.length()) != '@';
                var shortName = isAttribute ? name.substring(DATAPOINT.length()) : name;
                if (isAttribute && labels.putIfAbsent(shortName, dimension.value()) == null) {
                    labels.remove(name);
                }
            }
        }
        labels.put(LabelSet.NAME, series.metricName());
        return LabelSet.of(labels);
    }

    /// Parts of what is kept as distributions.
    static Form form(Expr.Part part) {
        return switch (part) {
            case BUCKETS -> new Form(null, BUCKETS);
            case COUNT -> of(Statistic.Basic.SAMPLE_COUNT);
            case SUM -> of(Statistic.Basic.SUM);
            case WHOLE -> of(Statistic.Basic.AVERAGE);
        };
    }

    private static Form of(Statistic.Basic statistic) {
        return new Form(statistic, statistic.awsName());
    }

    /// Whether the samples of a series are a distribution each, as far as can be told: what came as single
    /// numbers is not known to be none.
    static boolean isDistribution(Series series) {
        return isClassic(series)
                || !series.namespace().equals(PROMETHEUS)
                        && !isCounter(series.metricName())
                        && series.dimensions().asList().stream()
                                .noneMatch(it -> OF_BUCKETS.contains(it.name()));
    }

    /// Monotonic by their name: Prometheus's conventions, and what histograms become.
    public static boolean isCounter(String metricName) {
        return metricName.endsWith("_total")
                || metricName.endsWith("_count")
                || metricName.endsWith("_sum")
                || metricName.endsWith("_bucket");
    }
}
