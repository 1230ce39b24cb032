package io.pharos.logs.subscription;

import io.pharos.logs.LogsError;
import io.pharos.logs.destination.DestinationArn;
import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.http.Reach;
import io.pharos.logs.filter.FieldSelection;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccessDeniedException;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutSubscriptionFilterRequest;

import java.util.List;
import java.util.Set;

/// AWS's checks of PutSubscriptionFilter, as far as they need no store. Destinations are streams of
/// the caller's account and region; others are refused as AWS refuses those it can not reach.
public final class SubscriptionRules {
    /// AWS: subscription filters of a group.
    public static final int MAX_FILTERS = 2;

    private static final List<Distribution> DISTRIBUTIONS = List.of(Distribution.values());
    private static final Set<String> SYSTEM_FIELDS =
            Set.of(
                    SubscriptionFilter.ACCOUNT,
                    SubscriptionFilter.REGION,
                    SubscriptionFilter.SOURCE);

    private SubscriptionRules() {}

    /// The filter that the request asks for, all in order.
    ///
    /// @throws RuntimeException AWS's error
    public static SubscriptionFilter check(
            PutSubscriptionFilterRequest request, Tenant tenant, long nowMs) {
        var check = FilterRules.named(request.logGroupName(), request.filterName());
        FilterRules.pattern(check, request.filterPattern());
        check.constraints()
                .required("destinationArn", request.destinationArn())
                .length("destinationArn", request.destinationArn(), 1, Integer.MAX_VALUE)
                .length("roleArn", request.roleArn(), 1, Integer.MAX_VALUE)
                .oneOf("distribution", request.distributionAsString(), DISTRIBUTIONS);
        FilterRules.text(check, "roleArn", request.roleArn());
        check.orThrow();
        FieldSelection.check(request.fieldSelectionCriteria(), tenant);
        for (var field : request.emitSystemFields()) {
            if (!SYSTEM_FIELDS.contains(field)) {
                throw LogsError.invalid("'" + field + "' is no system field.");
            }
        }
        checkDestination(request.destinationArn(), request.roleArn(), tenant);
        FilterPattern.parse(request.filterPattern());
        return new SubscriptionFilter(
                request.filterName(),
                request.filterPattern(),
                request.destinationArn(),
                request.roleArn(),
                request.distribution() == null
                        ? Distribution.ByLogStream
                        : Distribution.valueOf(request.distributionAsString()),
                request.emitSystemFields().stream().distinct().toList(),
                Boolean.TRUE.equals(request.applyOnTransformedLogs()),
                request.fieldSelectionCriteria(),
                nowMs);
    }

    /// Refuses what no destination can be, in AWS's words, before anything is looked up.
    ///
    /// @param arn of a stream, a delivery stream, a function or a logical destination, or a URL
    /// @throws RuntimeException AWS's error
    public static void checkDestination(String arn, @Nullable String roleArn, Tenant tenant) {
        if (Target.parse(arn) instanceof Target.Endpoint) {
            return;
        }
        var parts = arn.split(":", 6);
        if (parts.length < 6 || !parts[0].equals("arn")) {
            throw LogsError.invalid("Invalid destinationArn: " + arn);
        }
        var isStream = parts[2].equals("kinesis") || parts[2].equals("firehose");
        if (isStream && roleArn == null) {
            throw LogsError.invalid(
                    "destinationArn for vendor " + parts[2] + " cannot be used without roleArn");
        }
        var isOwn = parts[4].equals(tenant.account()) && parts[3].equals(tenant.region());
        switch (parts[2]) {
            case "kinesis", "firehose" -> {
                if (!isOwn || Target.parse(arn) == null) {
                    throw Reach.unreachable(parts[2].equals("kinesis") ? "Kinesis" : "Firehose");
                }
            }
            case "lambda" -> {
                if (!parts[4].equals(tenant.account())) {
                    throw AccessDeniedException.builder()
                            .message(
                                    "Cross-account lambda invocation passing is not allowed. You"
                                            + " must use DestinationPolicies to create cross account"
                                            + " lambda triggers.")
                            .build();
                }
                if (Target.parse(arn) == null) {
                    throw LogsError.invalid("Invalid destinationArn: " + arn);
                }
            }
            case "logs" -> {
                if (DestinationArn.parse(arn) == null) {
                    throw LogsError.notFound("The specified destination does not exist.");
                }
            }
            default ->
                    throw LogsError.invalid(
                            "destinationArn for vendor " + parts[2] + " is not supported");
        }
    }
}
