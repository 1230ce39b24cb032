package io.pharos.alarms.query;

import io.pharos.alarms.alarm.AlarmQueries;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/// The owner of metrics, as alarms ask it.
public final class MetricAnswers {
    private static final int CLIENT_FAULT = 400;
    private static final int SERVER_FAULT = 500;

    private final Function<Tenant, CloudWatchClient> clients;

    public MetricAnswers(Function<Tenant, CloudWatchClient> clients) {
        this.clients = clients;
    }

    /// @throws software.amazon.awssdk.core.exception.SdkException when there is no answer
    public GetMetricDataResponse ask(Tenant tenant, GetMetricDataRequest request) {
        return clients.apply(tenant).getMetricData(request);
    }

    /// Whether asking again can not help.
    static boolean isRefusal(CloudWatchException failure) {
        return failure.statusCode() >= CLIENT_FAULT
                && failure.statusCode() < SERVER_FAULT
                && !failure.isThrottlingException();
    }

    /// @throws AwsError when the queries make no sense, or give several series where one is judged
    public void check(Tenant tenant, AlarmQueries queries, Instant now) {
        var end = now.truncatedTo(ChronoUnit.MINUTES);
        var request =
                GetMetricDataRequest.builder()
                        .metricDataQueries(queries.queries())
                        .startTime(end.minus(Duration.ofSeconds(2L * queries.periodS())))
                        .endTime(end)
                        .build();
        try {
            var judged = queries.judged().id();
            var series =
                    ask(tenant, request).metricDataResults().stream()
                            .filter(result -> result.id().equals(judged))
                            .count();
            if (series > 1 && !queries.isOnSeveralSeries()) {
                throw AwsError.validation(
                        "Expression "
                                + judged
                                + " returns several time series; an alarm judges one.");
            }
        } catch (CloudWatchException refused) {
            if (isRefusal(refused)) {
                throw AwsError.validation(
                        refused.awsErrorDetails() == null
                                ? String.valueOf(refused.getMessage())
                                : refused.awsErrorDetails().errorMessage());
            }
            throw refused;
        }
    }
}
