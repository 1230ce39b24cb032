package io.pharos.logs.vended.api;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.destination.config.OutletSettings;
import io.pharos.logs.filter.FilterRules;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.DeliveryLayout;
import io.pharos.logs.vended.DeliveryRules;
import io.pharos.logs.vended.DeliverySource;
import io.pharos.logs.vended.ObjectKey;
import io.pharos.logs.vended.RecordFields;
import io.pharos.logs.vended.pg.PgVended;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.ConfigurationTemplate;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliveryDestinationResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliverySourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDeliverySourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeConfigurationTemplatesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeConfigurationTemplatesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliveryDestinationsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliveryDestinationsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliverySourcesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeDeliverySourcesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliveryDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliveryDestinationResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliverySourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDeliverySourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliveryDestinationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliveryDestinationResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliverySourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDeliverySourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.RecordField;

import java.util.List;
import java.util.Map;

/// Where deliveries come from and go to: sources are log groups; destinations are buckets, delivery
/// streams and log groups.
@Singleton
final class DeliveryPartsApi implements CloudWatchLogsClient {
    private final PgVended vended;
    private final PgLogGroups groups;
    private final OutletSettings outlets;

    DeliveryPartsApi(PgVended vended, PgLogGroups groups, OutletSettings outlets) {
        this.vended = vended;
        this.groups = groups;
        this.outlets = outlets;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutDeliverySourceResponse putDeliverySource(PutDeliverySourceRequest request) {
        var check = DeliveryRules.name("name", request.name());
        check.constraints()
                .required("resourceArn", request.resourceArn())
                .length("resourceArn", request.resourceArn(), 1, 2048)
                .required("logType", request.logType())
                .length("logType", request.logType(), 1, 255);
        FilterRules.text(check, "resourceArn", request.resourceArn());
        check.tags(request.hasTags() ? request.tags() : Map.of());
        DeliveryRules.orThrow(check);
        var tenant = Caller.current().tenant();
        var put =
                vended.put(
                        new DeliverySource(
                                tenant,
                                request.name(),
                                group(tenant, request.resourceArn()),
                                logType(request.logType()),
                                request.hasTags() ? request.tags() : Map.of()));
        return PutDeliverySourceResponse.builder().deliverySource(shown(put)).build();
    }

    /// AWS's answer to the ARN of what can not be delivered from.
    private String group(Tenant tenant, String arn) {
        if (!arn.startsWith(tenant.arn("logs", "log-group:"))) {
            throw LogsError.notFound("Cannot access provided service.");
        }
        return groups.require(tenant, LogGroupArn.name(tenant, arn)).name();
    }

    private static String logType(String given) {
        if (!given.equals(DeliverySource.LOG_TYPE)) {
            throw LogsError.validation(
                    "The log type of log groups is " + DeliverySource.LOG_TYPE + ".");
        }
        return given;
    }

    @Override
    public GetDeliverySourceResponse getDeliverySource(GetDeliverySourceRequest request) {
        DeliveryRules.orThrow(DeliveryRules.name("name", request.name()));
        return GetDeliverySourceResponse.builder()
                .deliverySource(shown(vended.source(Caller.current().tenant(), request.name())))
                .build();
    }

    @Override
    public DescribeDeliverySourcesResponse describeDeliverySources(
            DescribeDeliverySourcesRequest request) {
        var asked =
                new DeliveryPage("DescribeDeliverySources", request.limit(), request.nextToken());
        var found = asked.of(vended.sources(asked.tenant(), asked.after(), asked.limit() + 1));
        return DescribeDeliverySourcesResponse.builder()
                .deliverySources(found.items().stream().map(DeliveryPartsApi::shown).toList())
                .nextToken(found.next(last -> asked.token(last.name())))
                .build();
    }

    @Override
    public DeleteDeliverySourceResponse deleteDeliverySource(DeleteDeliverySourceRequest request) {
        DeliveryRules.orThrow(DeliveryRules.name("name", request.name()));
        vended.deleteSource(Caller.current().tenant(), request.name());
        return DeleteDeliverySourceResponse.builder().build();
    }

    @Override
    public PutDeliveryDestinationResponse putDeliveryDestination(
            PutDeliveryDestinationRequest request) {
        var check = DeliveryRules.name("name", request.name());
        DeliveryRules.format(check, request.outputFormatAsString());
        check.tags(request.hasTags() ? request.tags() : Map.of());
        DeliveryRules.orThrow(check);
        DeliveryRules.refuseUnbuilt(request.outputFormat());
        var type = request.deliveryDestinationType();
        var arn = DeliveryRules.resource(request.deliveryDestinationConfiguration(), type);
        var tenant = Caller.current().tenant();
        requireThere(tenant, arn, DeliveryRules.type(arn, type));
        var put =
                vended.put(
                        new DeliveryDestination(
                                tenant,
                                request.name(),
                                arn,
                                request.outputFormat(),
                                request.hasTags() ? request.tags() : Map.of()));
        return PutDeliveryDestinationResponse.builder().deliveryDestination(shown(put)).build();
    }

    /// Log groups exist, and delivery streams can be called.
    private void requireThere(Tenant tenant, String arn, DeliveryDestinationType type) {
        if (type == DeliveryDestinationType.S3) {
            return;
        }
        if (!DeliveryDestination.isOf(arn, tenant)) {
            throw LogsError.validation("destinationResourceArn is of another account or region.");
        }
        if (type == DeliveryDestinationType.CWL) {
            groups.require(tenant, DeliveryDestination.logGroup(arn));
        } else if (outlets.firehose() == null) {
            throw AwsError.unsupported(
                    "Delivery streams need the setting pharos.logs.firehose-endpoint.");
        }
    }

    @Override
    public GetDeliveryDestinationResponse getDeliveryDestination(
            GetDeliveryDestinationRequest request) {
        DeliveryRules.orThrow(DeliveryRules.name("name", request.name()));
        return GetDeliveryDestinationResponse.builder()
                .deliveryDestination(
                        shown(vended.destination(Caller.current().tenant(), request.name())))
                .build();
    }

    @Override
    public DescribeDeliveryDestinationsResponse describeDeliveryDestinations(
            DescribeDeliveryDestinationsRequest request) {
        var asked =
                new DeliveryPage(
                        "DescribeDeliveryDestinations", request.limit(), request.nextToken());
        var found = asked.of(vended.destinations(asked.tenant(), asked.after(), asked.limit() + 1));
        return DescribeDeliveryDestinationsResponse.builder()
                .deliveryDestinations(found.items().stream().map(DeliveryPartsApi::shown).toList())
                .nextToken(found.next(last -> asked.token(last.name())))
                .build();
    }

    @Override
    public DeleteDeliveryDestinationResponse deleteDeliveryDestination(
            DeleteDeliveryDestinationRequest request) {
        DeliveryRules.orThrow(DeliveryRules.name("name", request.name()));
        vended.deleteDestination(Caller.current().tenant(), request.name());
        return DeleteDeliveryDestinationResponse.builder().build();
    }

    @Override
    public DescribeConfigurationTemplatesResponse describeConfigurationTemplates(
            DescribeConfigurationTemplatesRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .length("service", request.service(), 1, 255)
                .range("limit", request.limit(), 1, DeliveryPage.MAX);
        DeliveryRules.orThrow(check);
        if (request.nextToken() != null) {
            throw LogsError.validation("The specified nextToken is invalid.");
        }
        var asked =
                (request.service() == null || request.service().equals(DeliverySource.SERVICE))
                        && among(request.hasLogTypes(), request.logTypes(), DeliverySource.LOG_TYPE)
                        && among(
                                request.hasResourceTypes(), request.resourceTypes(), RESOURCE_TYPE);
        return DescribeConfigurationTemplatesResponse.builder()
                .configurationTemplates(
                        TYPES.stream()
                                .filter(type ->
                                        asked
                                                && among(
                                                        request.hasDeliveryDestinationTypes(),
                                                        request.deliveryDestinationTypes(),
                                                        type))
                                .map(DeliveryPartsApi::template)
                                .toList())
                .build();
    }

    private static final String RESOURCE_TYPE = "log-group";
    private static final List<DeliveryDestinationType> TYPES =
            List.of(
                    DeliveryDestinationType.S3,
                    DeliveryDestinationType.CWL,
                    DeliveryDestinationType.FH);

    private static <T> boolean among(boolean given, List<T> wanted, T one) {
        return !given || wanted.isEmpty() || wanted.contains(one);
    }

    private static ConfigurationTemplate template(DeliveryDestinationType type) {
        var isBucket = type == DeliveryDestinationType.S3;
        return ConfigurationTemplate.builder()
                .service(DeliverySource.SERVICE)
                .logType(DeliverySource.LOG_TYPE)
                .resourceType(RESOURCE_TYPE)
                .deliveryDestinationType(type)
                .defaultDeliveryConfigValues(values -> {
                    values.recordFields(RecordFields.DEFAULT)
                            .fieldDelimiter(DeliveryLayout.DEFAULT_DELIMITER);
                    if (isBucket) {
                        values.s3DeliveryConfiguration(s3 ->
                                s3.suffixPath(ObjectKey.DEFAULT_SUFFIX)
                                        .enableHiveCompatiblePath(false));
                    }
                })
                .allowedFields(
                        RecordFields.ALL.stream()
                                .map(name ->
                                        RecordField.builder()
                                                .name(name)
                                                .mandatory(name.equals(RecordFields.MESSAGE))
                                                .build())
                                .toList())
                .allowedOutputFormats(OutputFormat.JSON, OutputFormat.PLAIN, OutputFormat.RAW)
                .allowedSuffixPathFields(isBucket ? ObjectKey.NAMES : null)
                .build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.DeliverySource shown(
            DeliverySource source) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.DeliverySource.builder()
                .name(source.name())
                .arn(source.arn())
                .resourceArns(source.resourceArn())
                .service(DeliverySource.SERVICE)
                .logType(source.logType())
                .tags(source.tags().isEmpty() ? null : source.tags())
                .build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestination shown(
            DeliveryDestination destination) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestination.builder()
                .name(destination.name())
                .arn(destination.arn())
                .deliveryDestinationType(destination.type())
                .outputFormat(destination.outputFormat())
                .deliveryDestinationConfiguration(
                        c -> c.destinationResourceArn(destination.resourceArn()))
                .tags(destination.tags().isEmpty() ? null : destination.tags())
                .build();
    }
}
