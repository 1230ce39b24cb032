package io.pharos.events.trail.api;

import io.pharos.events.bus.Tags;
import io.pharos.events.trail.Trail;
import io.pharos.events.trail.TrailName;
import io.pharos.events.trail.pg.PgTrails;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.CreateTrailRequest;
import software.amazon.awssdk.services.cloudtrail.model.CreateTrailResponse;
import software.amazon.awssdk.services.cloudtrail.model.DeleteTrailRequest;
import software.amazon.awssdk.services.cloudtrail.model.DeleteTrailResponse;
import software.amazon.awssdk.services.cloudtrail.model.DescribeTrailsRequest;
import software.amazon.awssdk.services.cloudtrail.model.DescribeTrailsResponse;
import software.amazon.awssdk.services.cloudtrail.model.GetTrailRequest;
import software.amazon.awssdk.services.cloudtrail.model.GetTrailResponse;
import software.amazon.awssdk.services.cloudtrail.model.InvalidCloudWatchLogsLogGroupArnException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidCloudWatchLogsRoleArnException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidS3BucketNameException;
import software.amazon.awssdk.services.cloudtrail.model.ListTrailsRequest;
import software.amazon.awssdk.services.cloudtrail.model.ListTrailsResponse;
import software.amazon.awssdk.services.cloudtrail.model.MaximumNumberOfTrailsExceededException;
import software.amazon.awssdk.services.cloudtrail.model.Tag;
import software.amazon.awssdk.services.cloudtrail.model.TrailAlreadyExistsException;
import software.amazon.awssdk.services.cloudtrail.model.TrailInfo;
import software.amazon.awssdk.services.cloudtrail.model.UnsupportedOperationException;
import software.amazon.awssdk.services.cloudtrail.model.UpdateTrailRequest;
import software.amazon.awssdk.services.cloudtrail.model.UpdateTrailResponse;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// Trails themselves. The bucket is kept and described, but no files are delivered to it yet, so what
/// depends on files is refused: validation digests, notifications, encryption, organisations.
@Singleton
final class TrailApi implements CloudTrailClient {
    private final PgTrails trails;

    TrailApi(PgTrails trails) {
        this.trails = trails;
    }

    @Override
    public CreateTrailResponse createTrail(CreateTrailRequest request) {
        Constraints.check()
                .required("name", request.name())
                .required("s3BucketName", request.s3BucketName())
                .orThrow();
        var tenant = Caller.current().tenant();
        var name = TrailName.of(tenant, request.name());
        if (!name.home().equals(tenant)) {
            throw FoundTrails.otherHome(name);
        }
        refuse("SnsTopicName", request.snsTopicName() != null && !request.snsTopicName().isEmpty());
        refuse("EnableLogFileValidation", Boolean.TRUE.equals(request.enableLogFileValidation()));
        refuse("KmsKeyId", request.kmsKeyId() != null && !request.kmsKeyId().isEmpty());
        refuse("IsOrganizationTrail", Boolean.TRUE.equals(request.isOrganizationTrail()));
        var trail =
                checked(
                        new Trail(
                                tenant,
                                name.name(),
                                bucket(request.s3BucketName(), request.s3KeyPrefix()),
                                !Boolean.FALSE.equals(request.includeGlobalServiceEvents()),
                                Boolean.TRUE.equals(request.isMultiRegionTrail()),
                                logs(
                                        request.cloudWatchLogsLogGroupArn(),
                                        request.cloudWatchLogsRoleArn(),
                                        null,
                                        tenant),
                                Trail.Selector.DEFAULT,
                                Trail.Logging.NEVER));
        var tags =
                Tags.NONE.with(
                        request.tagsList().stream()
                                .collect(
                                        Collectors.toMap(
                                                Tag::key, TrailTagApi::value, (_, last) -> last)));
        switch (trails.create(trail, tags)) {
            case EXISTS ->
                    throw TrailAlreadyExistsException.builder()
                            .message(
                                    "Trail "
                                            + name.name()
                                            + " already exists for customer: "
                                            + tenant.account())
                            .build();
            case TOO_MANY ->
                    throw MaximumNumberOfTrailsExceededException.builder()
                            .message(
                                    "User: "
                                            + tenant.account()
                                            + " already has "
                                            + Trail.MAX
                                            + " trails in "
                                            + tenant.region()
                                            + ".")
                            .build();
            case DONE -> {}
        }
        return CreateTrailResponse.builder()
                .name(trail.name())
                .s3BucketName(trail.bucket().name())
                .s3KeyPrefix(trail.bucket().keyPrefix())
                .includeGlobalServiceEvents(trail.globalServices())
                .isMultiRegionTrail(trail.multiRegion())
                .trailARN(trail.arn())
                .logFileValidationEnabled(false)
                .cloudWatchLogsLogGroupArn(groupArn(trail))
                .cloudWatchLogsRoleArn(roleArn(trail))
                .isOrganizationTrail(false)
                .build();
    }

    private static void refuse(String member, boolean given) {
        if (given) {
            throw UnsupportedOperationException.builder()
                    .message("The requested operation is not supported: " + member + ".")
                    .build();
        }
    }

    private static Trail.Bucket bucket(String name, @Nullable String prefix) {
        if (!name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw InvalidS3BucketNameException.builder()
                    .message("Bucket name is invalid: " + name)
                    .build();
        }
        Constraints.check().length("s3KeyPrefix", prefix, 0, 200).orThrow();
        return new Trail.Bucket(name, prefix == null || prefix.isEmpty() ? null : prefix);
    }

    /// Both or none; an empty text takes them away, as in AWS.
    private static Trail.@Nullable Logs logs(
            @Nullable String group,
            @Nullable String role,
            Trail.@Nullable Logs before,
            Tenant home) {
        var newGroup = group == null ? (before == null ? "" : before.groupArn()) : group;
        var newRole = role == null ? (before == null ? "" : before.roleArn()) : role;
        if (newGroup.isEmpty() && newRole.isEmpty()) {
            return null;
        }
        if (newGroup.isEmpty()) {
            throw InvalidCloudWatchLogsLogGroupArnException.builder()
                    .message("CloudTrail cannot validate the specified log group ARN.")
                    .build();
        }
        if (!newRole.matches("arn:aws:iam::\\d{12}:role/.+")) {
            throw InvalidCloudWatchLogsRoleArnException.builder()
                    .message("You must specify a role ARN as well as a log group.")
                    .build();
        }
        var logs = new Trail.Logs(newGroup, newRole);
        if (!logs.isGroupOf(home)) {
            throw InvalidCloudWatchLogsLogGroupArnException.builder()
                    .message("CloudTrail cannot validate the specified log group ARN.")
                    .build();
        }
        return logs;
    }

    private static Trail checked(Trail trail) {
        if (trail.multiRegion() && !trail.globalServices()) {
            throw InvalidParameterCombinationException.builder()
                    .message("Multi-Region trail must include global service events.")
                    .build();
        }
        return trail;
    }

    @Override
    public UpdateTrailResponse updateTrail(UpdateTrailRequest request) {
        Constraints.check().required("name", request.name()).orThrow();
        refuse("SnsTopicName", request.snsTopicName() != null && !request.snsTopicName().isEmpty());
        refuse("EnableLogFileValidation", Boolean.TRUE.equals(request.enableLogFileValidation()));
        refuse("KmsKeyId", request.kmsKeyId() != null && !request.kmsKeyId().isEmpty());
        refuse("IsOrganizationTrail", Boolean.TRUE.equals(request.isOrganizationTrail()));
        var caller = Caller.current().tenant();
        var name = FoundTrails.own(TrailName.of(caller, request.name()), caller);
        var trail =
                trails.change(name, old -> updated(old, request))
                        .orElseThrow(() -> FoundTrails.unknown(request.name(), caller));
        return UpdateTrailResponse.builder()
                .name(trail.name())
                .s3BucketName(trail.bucket().name())
                .s3KeyPrefix(trail.bucket().keyPrefix())
                .includeGlobalServiceEvents(trail.globalServices())
                .isMultiRegionTrail(trail.multiRegion())
                .trailARN(trail.arn())
                .logFileValidationEnabled(false)
                .cloudWatchLogsLogGroupArn(groupArn(trail))
                .cloudWatchLogsRoleArn(roleArn(trail))
                .isOrganizationTrail(false)
                .build();
    }

    private static Trail updated(Trail old, UpdateTrailRequest request) {
        return checked(
                new Trail(
                        old.tenant(),
                        old.name(),
                        bucket(
                                Objects.requireNonNullElse(
                                        request.s3BucketName(), old.bucket().name()),
                                request.s3KeyPrefix() == null
                                        ? old.bucket().keyPrefix()
                                        : request.s3KeyPrefix()),
                        Objects.requireNonNullElse(
                                request.includeGlobalServiceEvents(), old.globalServices()),
                        Objects.requireNonNullElse(request.isMultiRegionTrail(), old.multiRegion()),
                        logs(
                                request.cloudWatchLogsLogGroupArn(),
                                request.cloudWatchLogsRoleArn(),
                                old.logs(),
                                old.tenant()),
                        old.selector(),
                        old.logging()));
    }

    private static @Nullable String groupArn(Trail trail) {
        return trail.logs() == null ? null : trail.logs().groupArn();
    }

    private static @Nullable String roleArn(Trail trail) {
        return trail.logs() == null ? null : trail.logs().roleArn();
    }

    @Override
    public DeleteTrailResponse deleteTrail(DeleteTrailRequest request) {
        Constraints.check().required("name", request.name()).orThrow();
        var caller = Caller.current().tenant();
        if (!trails.delete(FoundTrails.own(TrailName.of(caller, request.name()), caller))) {
            throw FoundTrails.unknown(request.name(), caller);
        }
        return DeleteTrailResponse.builder().build();
    }

    @Override
    public GetTrailResponse getTrail(GetTrailRequest request) {
        Constraints.check().required("name", request.name()).orThrow();
        var caller = Caller.current().tenant();
        var trail = FoundTrails.find(trails, caller, request.name());
        return GetTrailResponse.builder().trail(described(trail)).build();
    }

    @Override
    public DescribeTrailsResponse describeTrails(DescribeTrailsRequest request) {
        var caller = Caller.current().tenant();
        var wanted = request.trailNameList();
        var shadows = !Boolean.FALSE.equals(request.includeShadowTrails());
        // AWS: names that are unknown are left out.
        var found =
                trails.visible(caller).stream()
                        .filter(trail -> shadows || trail.tenant().equals(caller))
                        .filter(trail ->
                                wanted.isEmpty()
                                        || wanted.contains(trail.arn())
                                        || (wanted.contains(trail.name())
                                                && trail.tenant().equals(caller)))
                        .map(TrailApi::described)
                        .toList();
        return DescribeTrailsResponse.builder().trailList(found).build();
    }

    private static software.amazon.awssdk.services.cloudtrail.model.Trail described(Trail trail) {
        return software.amazon.awssdk.services.cloudtrail.model.Trail.builder()
                .name(trail.name())
                .s3BucketName(trail.bucket().name())
                .s3KeyPrefix(trail.bucket().keyPrefix())
                .includeGlobalServiceEvents(trail.globalServices())
                .isMultiRegionTrail(trail.multiRegion())
                .homeRegion(trail.tenant().region())
                .trailARN(trail.arn())
                .logFileValidationEnabled(false)
                .cloudWatchLogsLogGroupArn(groupArn(trail))
                .cloudWatchLogsRoleArn(roleArn(trail))
                .hasCustomEventSelectors(trail.selector().custom())
                .hasInsightSelectors(false)
                .isOrganizationTrail(false)
                .build();
    }

    @Override
    public ListTrailsResponse listTrails(ListTrailsRequest request) {
        // A handful per account: one page.
        List<TrailInfo> infos =
                trails.visible(Caller.current().tenant()).stream()
                        .map(trail ->
                                TrailInfo.builder()
                                        .trailARN(trail.arn())
                                        .name(trail.name())
                                        .homeRegion(trail.tenant().region())
                                        .build())
                        .toList();
        return ListTrailsResponse.builder().trails(infos).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
