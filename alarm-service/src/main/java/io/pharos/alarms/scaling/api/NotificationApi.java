package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.GroupNews;
import io.pharos.alarms.scaling.pg.NotificationLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.DeleteNotificationConfigurationRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteNotificationConfigurationResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingNotificationTypesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingNotificationTypesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeNotificationConfigurationsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeNotificationConfigurationsResponse;
import software.amazon.awssdk.services.autoscaling.model.NotificationConfiguration;
import software.amazon.awssdk.services.autoscaling.model.PutNotificationConfigurationRequest;
import software.amazon.awssdk.services.autoscaling.model.PutNotificationConfigurationResponse;

/// Topics that are told of a group's activities.
@Singleton
final class NotificationApi implements AutoScalingClient {
    private final NotificationLedger ledger;

    NotificationApi(NotificationLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public PutNotificationConfigurationResponse putNotificationConfiguration(
            PutNotificationConfigurationRequest request) {
        Constraints.check()
                .required("topicARN", request.topicARN())
                .length("topicARN", request.topicARN(), 1, 255)
                .size("notificationTypes", request.notificationTypes(), 1, GroupNews.TYPES.size())
                .orThrow();
        if (!request.topicARN().startsWith(GroupApi.tenant().arn("sns", ""))) {
            throw AwsError.validation("Invalid topic ARN: " + request.topicARN());
        }
        for (var type : request.notificationTypes()) {
            if (!GroupNews.TYPES.contains(type)) {
                throw AwsError.validation("\"" + type + "\" is not a valid Notification Type.");
            }
        }
        ledger.put(
                group(request.autoScalingGroupName()),
                request.topicARN(),
                request.notificationTypes(),
                GroupApi.now());
        return PutNotificationConfigurationResponse.builder().build();
    }

    private static GroupKey group(String name) {
        return new GroupKey(GroupApi.tenant(), GroupApi.requireName(name));
    }

    @Override
    public DeleteNotificationConfigurationResponse deleteNotificationConfiguration(
            DeleteNotificationConfigurationRequest request) {
        Constraints.check().required("topicARN", request.topicARN()).orThrow();
        ledger.delete(group(request.autoScalingGroupName()), request.topicARN());
        return DeleteNotificationConfigurationResponse.builder().build();
    }

    @Override
    public DescribeNotificationConfigurationsResponse describeNotificationConfigurations(
            DescribeNotificationConfigurationsRequest request) {
        var limit = Page.limit(request.maxRecords(), Page.DEFAULT);
        var after = Page.after(request.nextToken());
        var found =
                ledger.list(GroupApi.tenant(), request.autoScalingGroupNames()).stream()
                        .filter(one -> place(one).compareTo(after) > 0)
                        .toList();
        var page = Page.of(found, limit, NotificationApi::place);
        return DescribeNotificationConfigurationsResponse.builder()
                .notificationConfigurations(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    private static String place(NotificationConfiguration one) {
        return one.autoScalingGroupName() + ":" + one.topicARN() + ":" + one.notificationType();
    }

    @Override
    public DescribeAutoScalingNotificationTypesResponse describeAutoScalingNotificationTypes(
            DescribeAutoScalingNotificationTypesRequest request) {
        return DescribeAutoScalingNotificationTypesResponse.builder()
                .autoScalingNotificationTypes(GroupNews.TYPES)
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
