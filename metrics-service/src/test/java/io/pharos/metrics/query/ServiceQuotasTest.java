package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metric.Dimensions;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.series.Series;

import org.junit.jupiter.api.Test;

class ServiceQuotasTest {
    private final ServiceQuotas quotas =
            ServiceQuotas.parse(" CloudWatch.GetMetricData=500, Logs.PutLogEvents=0.5,");

    @Test
    void areOfUsageMetrics() {
        assertThat(quotas.of(usage("AWS/Usage", "CloudWatch", "GetMetricData"))).isEqualTo(500);
        assertThat(quotas.of(usage("AWS/Usage", "Logs", "PutLogEvents"))).isEqualTo(0.5);
        refuses(
                usage("AWS/Usage", "Logs", "GetMetricData"),
                "There is no quota of Logs.GetMetricData: pharos.metrics.service-quotas does not"
                        + " name it");
        var other =
                "Function 'SERVICE_QUOTA' takes a usage metric: one of AWS/Usage with the"
                        + " dimensions Class, Resource, Service and Type";
        refuses(usage("Mine", "CloudWatch", "GetMetricData"), other);
        refuses(
                new Series("1", "r", "AWS/Usage", "CallCount", Dimensions.of("Service", "Logs")),
                other);
    }

    @Test
    void areRefusedWhenTheSettingIsNone() {
        assertThat(ServiceQuotas.parse("")).isEqualTo(ServiceQuotas.NONE);
        for (var wrong :
                new String[] {
                    "500",
                    "GetMetricData=500",
                    "CloudWatch.GetMetricData",
                    "CloudWatch.GetMetricData=",
                    "CloudWatch.GetMetricData=-1",
                    "CloudWatch.GetMetricData=1e9",
                    ".x=1",
                    "a.b=1=2",
                    "a.b=1,a.b=1"
                }) {
            assertThatThrownBy(() -> ServiceQuotas.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("pharos.metrics.service-quotas");
        }
    }

    private void refuses(Series metric, String message) {
        assertThatThrownBy(() -> quotas.of(metric))
                .isInstanceOf(ExpressionError.class)
                .hasMessage(message);
    }

    private static Series usage(String namespace, String service, String resource) {
        return new Series(
                "123456789012",
                "eu-west-1",
                namespace,
                "CallCount",
                Dimensions.of(
                        "Class", "None", "Resource", resource, "Service", service, "Type", "API"));
    }
}
