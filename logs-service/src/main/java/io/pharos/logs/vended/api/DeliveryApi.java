package io.pharos.logs.vended.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.destination.AccessPolicy;
import io.pharos.logs.vended.Delivery;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.DeliveryLayout;
import io.pharos.logs.vended.DeliveryRules;
import io.pharos.logs.vended.ObjectKey;
import io.pharos.logs.vended.pg.PgVended;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.AccessDeniedException;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateDeliveryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateDeliveryResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliveriesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliveriesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliveryRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliveryResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatchlogs.model.S3DeliveryConfiguration;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateDeliveryConfigurationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateDeliveryConfigurationResponse;

import java.security.SecureRandom;
import java.util.Map;
import java.util.regex.Pattern;

/// Deliveries from sources to destinations.
@Singleton
final class DeliveryApi implements CloudWatchLogsClient {
    private static final String ID_LETTERS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 16;
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[\\w-]*:logs:([a-z0-9-]{1,32}):([0-9]{12}):"
                            + DeliveryDestination.RESOURCE
                            + "([\\w-]{1,60})");

    private final PgVended vended;
    private final SecureRandom random = new SecureRandom();

    DeliveryApi(PgVended vended) {
        this.vended = vended;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateDeliveryResponse createDelivery(CreateDeliveryRequest request) {
        var check = DeliveryRules.name("deliverySourceName", request.deliverySourceName());
        check.constraints().required("deliveryDestinationArn", request.deliveryDestinationArn());
        check.tags(request.hasTags() ? request.tags() : Map.of());
        DeliveryRules.orThrow(check);
        var caller = Caller.current();
        var tenant = caller.tenant();
        var source = vended.source(tenant, request.deliverySourceName());
        var destination = destination(tenant, request.deliveryDestinationArn());
        var layout =
                DeliveryRules.layout(
                        check,
                        DeliveryLayout.DEFAULT,
                        request.hasRecordFields() ? request.recordFields() : null,
                        request.fieldDelimiter(),
                        request.s3DeliveryConfiguration(),
                        destination);
        var delivery =
                new Delivery(
                        tenant,
                        newId(),
                        source.name(),
                        destination.tenant().account(),
                        destination.name(),
                        destination.type(),
                        layout,
                        request.hasTags() ? request.tags() : Map.of(),
                        caller.receivedAt().toEpochMilli());
        vended.create(delivery);
        return CreateDeliveryResponse.builder().delivery(shown(delivery)).build();
    }

    /// Also another account's, whose policy admits this one.
    private DeliveryDestination destination(Tenant tenant, String given) {
        var arn = ARN.matcher(given);
        if (!arn.matches() || !arn.group(1).equals(tenant.region())) {
            throw LogsError.notFound(
                    "Requested Delivery Destination does not exist in this account.");
        }
        var owner = new Tenant(arn.group(2), tenant.region());
        if (!owner.equals(tenant) && !admits(owner, arn.group(3), tenant)) {
            throw AccessDeniedException.builder()
                    .message("The policy of the delivery destination does not allow the delivery.")
                    .build();
        }
        return vended.destination(owner, arn.group(3));
    }

    /// What is not there admits nobody.
    private boolean admits(Tenant owner, String name, Tenant caller) {
        try {
            return vended.policy(owner, name)
                    .map(policy ->
                            AccessPolicy.parse(
                                            policy,
                                            vended.destination(owner, name).arn(),
                                            AccessPolicy.CREATE_DELIVERY)
                                    .admits(caller.account()))
                    .orElse(false);
        } catch (ResourceNotFoundException notThere) {
            return false;
        }
    }

    private String newId() {
        var id = new StringBuilder();
        for (var i = 0; i < ID_LENGTH; i++) {
            id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        return id.toString();
    }

    @Override
    public GetDeliveryResponse getDelivery(GetDeliveryRequest request) {
        DeliveryRules.orThrow(DeliveryRules.id(request.id()));
        return GetDeliveryResponse.builder()
                .delivery(shown(vended.delivery(Caller.current().tenant(), request.id())))
                .build();
    }

    @Override
    public DescribeDeliveriesResponse describeDeliveries(DescribeDeliveriesRequest request) {
        var asked = new DeliveryPage("DescribeDeliveries", request.limit(), request.nextToken());
        var found = asked.of(vended.deliveries(asked.tenant(), asked.after(), asked.limit() + 1));
        return DescribeDeliveriesResponse.builder()
                .deliveries(found.items().stream().map(DeliveryApi::shown).toList())
                .nextToken(found.next(last -> asked.token(last.id())))
                .build();
    }

    @Override
    public UpdateDeliveryConfigurationResponse updateDeliveryConfiguration(
            UpdateDeliveryConfigurationRequest request) {
        var check = DeliveryRules.id(request.id());
        DeliveryRules.orThrow(check);
        var tenant = Caller.current().tenant();
        var delivery = vended.delivery(tenant, request.id());
        var layout =
                DeliveryRules.layout(
                        check,
                        delivery.layout(),
                        request.hasRecordFields() ? request.recordFields() : null,
                        request.fieldDelimiter(),
                        request.s3DeliveryConfiguration(),
                        vended.destination(delivery.destinationTenant(), delivery.destination()));
        vended.change(delivery, layout);
        return UpdateDeliveryConfigurationResponse.builder().build();
    }

    @Override
    public DeleteDeliveryResponse deleteDelivery(DeleteDeliveryRequest request) {
        DeliveryRules.orThrow(DeliveryRules.id(request.id()));
        vended.deleteDelivery(Caller.current().tenant(), request.id());
        return DeleteDeliveryResponse.builder().build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.Delivery shown(
            Delivery delivery) {
        var layout = delivery.layout();
        var suffix = layout.suffixPath();
        return software.amazon.awssdk.services.cloudwatchlogs.model.Delivery.builder()
                .id(delivery.id())
                .arn(delivery.arn())
                .deliverySourceName(delivery.source())
                .deliveryDestinationArn(
                        delivery.destinationTenant()
                                .arn("logs", DeliveryDestination.RESOURCE + delivery.destination()))
                .deliveryDestinationType(delivery.type())
                .recordFields(layout.fields())
                .fieldDelimiter(layout.delimiter())
                .s3DeliveryConfiguration(
                        delivery.type() != DeliveryDestinationType.S3
                                ? null
                                : S3DeliveryConfiguration.builder()
                                        .suffixPath(
                                                suffix == null ? ObjectKey.DEFAULT_SUFFIX : suffix)
                                        .enableHiveCompatiblePath(layout.hive())
                                        .build())
                .tags(delivery.tags().isEmpty() ? null : delivery.tags())
                .build();
    }
}
