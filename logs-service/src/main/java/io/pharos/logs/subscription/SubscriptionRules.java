package io.pharos.logs.subscription;

import io.pharos.logs.LogsError;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccessDeniedException;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutSubscriptionFilterRequest;

import java.util.List;
import java.util.Locale;
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
        FilterRules.refuseUnsupported(
                request.applyOnTransformedLogs(), request.fieldSelectionCriteria());
        for (var field : request.emitSystemFields()) {
            if (!SYSTEM_FIELDS.contains(field)) {
                throw LogsError.invalid("'" + field + "' is no system field.");
            }
        }
        var destination = destination(request, tenant);
        FilterPattern.parse(request.filterPattern());
        return new SubscriptionFilter(
                request.filterName(),
                request.filterPattern(),
                destination,
                request.roleArn(),
                request.distribution() == null
                        ? Distribution.ByLogStream
                        : Distribution.valueOf(request.distributionAsString()),
                request.emitSystemFields().stream().distinct().toList(),
                nowMs);
    }

    /// What AWS says when its test message does not arrive.
    public static RuntimeException unreachable(String vendor) {
        return LogsError.invalid(
                "Could not deliver test message to specified "
                        + vendor
                        + " stream. Check if the given "
                        + vendor.toLowerCase(Locale.ROOT)
                        + " stream is in ACTIVE state.");
    }

    private static StreamArn destination(PutSubscriptionFilterRequest request, Tenant tenant) {
        var parts = request.destinationArn().split(":", 6);
        if (parts.length < 6 || !parts[0].equals("arn")) {
            throw LogsError.invalid("Invalid destinationArn: " + request.destinationArn());
        }
        var isStream = parts[2].equals("kinesis") || parts[2].equals("firehose");
        if (isStream && request.roleArn() == null) {
            throw LogsError.invalid(
                    "destinationArn for vendor " + parts[2] + " cannot be used without roleArn");
        }
        switch (parts[2]) {
            case "kinesis" -> {
                var stream = StreamArn.parse(request.destinationArn());
                if (stream == null || !stream.owner().equals(tenant)) {
                    throw unreachable("Kinesis");
                }
                return stream;
            }
            case "firehose" -> throw unreachable("Firehose");
            case "lambda" -> {
                if (!parts[4].equals(tenant.account())) {
                    throw AccessDeniedException.builder()
                            .message(
                                    "Cross-account lambda invocation passing is not allowed. You"
                                            + " must use DestinationPolicies to create cross account"
                                            + " lambda triggers.")
                            .build();
                }
                throw LogsError.invalid(
                        "Could not execute the lambda function. Make sure you have given CloudWatch"
                                + " Logs permission to execute your function.");
            }
            case "logs" -> throw LogsError.notFound("The specified destination does not exist.");
            default ->
                    throw LogsError.invalid(
                            "destinationArn for vendor " + parts[2] + " is not supported");
        }
    }
}
