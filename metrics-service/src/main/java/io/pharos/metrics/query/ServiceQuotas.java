package io.pharos.metrics.query;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.series.Series;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The quotas of what usage metrics count: those of the operator's, for Pharos itself limits no rates of
/// calls. AWS has them from Service Quotas.
///
/// @param quotas by `Service.Resource`, e.g. `CloudWatch.GetMetricData`
public record ServiceQuotas(Map<String, Double> quotas) {
    /// What the setting is called.
    public static final String KEY = "pharos.metrics.service-quotas";

    /// There are none.
    public static final ServiceQuotas NONE = new ServiceQuotas(Map.of());

    private static final String NAMESPACE = "AWS/Usage";
    private static final Set<String> DIMENSIONS = Set.of("Class", "Resource", "Service", "Type");
    private static final Pattern ENTRY =
            Pattern.compile("(?<name>[^.=,\\s]+\\.[^=,\\s]+)=(?<quota>\\d{1,15}(\\.\\d{1,9})?)");

    public ServiceQuotas {
        quotas = Map.copyOf(quotas);
    }

    /// @param setting `CloudWatch.GetMetricData=500,Logs.PutLogEvents=5000`
    /// @throws IllegalArgumentException when it is something else
    public static ServiceQuotas parse(String setting) {
        var quotas = new HashMap<String, Double>();
        for (var part : setting.split(",", -1)) {
            var entry = ENTRY.matcher(part.strip());
            if (part.isBlank()) {
                continue;
            }
            if (!entry.matches()) {
                throw new IllegalArgumentException(
                        KEY + " must be like CloudWatch.GetMetricData=500, not " + part.strip());
            }
            if (quotas.put(entry.group("name"), Double.valueOf(entry.group("quota"))) != null) {
                throw new IllegalArgumentException(KEY + " has twice " + entry.group("name"));
            }
        }
        return new ServiceQuotas(quotas);
    }

    /// @throws ExpressionError when it is no usage metric, or its quota is not known
    public double of(Series metric) {
        var dimensions = new HashMap<String, String>();
        metric.dimensions().forEach(one -> dimensions.put(one.name(), one.value()));
        if (!metric.namespace().equals(NAMESPACE) || !dimensions.keySet().equals(DIMENSIONS)) {
            throw new ExpressionError(
                    "Function 'SERVICE_QUOTA' takes a usage metric: one of AWS/Usage with the"
                            + " dimensions Class, Resource, Service and Type");
        }
        var name = dimensions.get("Service") + "." + dimensions.get("Resource");
        var quota = quotas.get(name);
        if (quota == null) {
            throw new ExpressionError(
                    "There is no quota of " + name + ": " + KEY + " does not name it");
        }
        return quota;
    }
}
