package io.pharos.logs.vended.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.destination.AccessPolicy;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.vended.DeliveryRules;
import io.pharos.logs.vended.pg.PgVended;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryDestinationPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryDestinationPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliveryDestinationPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliveryDestinationPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliveryDestinationPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliveryDestinationPolicyResponse;

/// Which other accounts may deliver to a destination.
@Singleton
final class DeliveryPolicyApi implements CloudWatchLogsClient {
    private static final String NAME = "deliveryDestinationName";
    private static final int MAX_POLICY = 51_200;

    private final PgVended vended;

    DeliveryPolicyApi(PgVended vended) {
        this.vended = vended;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutDeliveryDestinationPolicyResponse putDeliveryDestinationPolicy(
            PutDeliveryDestinationPolicyRequest request) {
        var name = request.deliveryDestinationName();
        var policy = request.deliveryDestinationPolicy();
        var check = DeliveryRules.name(NAME, name);
        check.constraints()
                .required("deliveryDestinationPolicy", policy)
                .length("deliveryDestinationPolicy", policy, 1, MAX_POLICY);
        FilterRules.text(check, "deliveryDestinationPolicy", policy);
        DeliveryRules.orThrow(check);
        var tenant = Caller.current().tenant();
        var arn = vended.destination(tenant, name).arn();
        try {
            AccessPolicy.parse(policy, arn, AccessPolicy.CREATE_DELIVERY);
        } catch (InvalidParameterException wrong) {
            throw LogsError.validation(String.valueOf(wrong.getMessage()));
        }
        vended.setPolicy(tenant, name, policy);
        return PutDeliveryDestinationPolicyResponse.builder()
                .policy(p -> p.deliveryDestinationPolicy(policy))
                .build();
    }

    @Override
    public GetDeliveryDestinationPolicyResponse getDeliveryDestinationPolicy(
            GetDeliveryDestinationPolicyRequest request) {
        DeliveryRules.orThrow(DeliveryRules.name(NAME, request.deliveryDestinationName()));
        var policy = vended.policy(Caller.current().tenant(), request.deliveryDestinationName());
        var response = GetDeliveryDestinationPolicyResponse.builder();
        policy.ifPresent(text -> response.policy(p -> p.deliveryDestinationPolicy(text)));
        return response.build();
    }

    @Override
    public DeleteDeliveryDestinationPolicyResponse deleteDeliveryDestinationPolicy(
            DeleteDeliveryDestinationPolicyRequest request) {
        var name = request.deliveryDestinationName();
        DeliveryRules.orThrow(DeliveryRules.name(NAME, name));
        var tenant = Caller.current().tenant();
        if (vended.policy(tenant, name).isEmpty()) {
            throw LogsError.notFound(
                    "Requested Delivery Destination Policy does not exist in this account.");
        }
        vended.setPolicy(tenant, name, null);
        return DeleteDeliveryDestinationPolicyResponse.builder().build();
    }
}
