package io.pharos.logs.group.api;

import static io.pharos.logs.CurrentCall.tenant;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.TaggedResources;
import io.pharos.logs.group.pg.PgLogGroups;
import io.quarkus.arc.All;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TooManyTagsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceResponse;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Tags of log groups: TagResource, UntagResource and ListTagsForResource by ARN; TagLogGroup,
/// UntagLogGroup and ListTagsLogGroup, AWS's older forms, by name. Both see the same tags. What else has
/// tags is asked by its ARN.
@Singleton
@SuppressWarnings("deprecation") // the older forms: clients still send them
final class LogGroupTagApi implements CloudWatchLogsClient {
    private static final String TOO_MANY = "A log group can have at most 50 tags.";
    private static final int MAX_ARN = 1011;
    private static final int MAX_KEYS = 50;
    private static final Pattern ARN = Pattern.compile("[\\w+=/:,.@-]*");

    private final PgLogGroups groups;
    private final List<TaggedResources> others;

    LogGroupTagApi(PgLogGroups groups, @All List<TaggedResources> others) {
        this.groups = groups;
        this.others = others;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        checkTags(arn(request.resourceArn()), request.hasTags() ? request.tags() : null);
        var other = other(request.resourceArn());
        var isTagged =
                other == null
                        ? groups.tag(tenant(), groupOf(request.resourceArn()), request.tags())
                        : other.tag(tenant(), request.resourceArn(), request.tags());
        if (!isTagged) {
            throw TooManyTagsException.builder()
                    .message(TOO_MANY)
                    .resourceName(request.resourceArn())
                    .build();
        }
        return TagResourceResponse.builder().build();
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        checkKeys(
                arn(request.resourceArn()),
                "tagKeys",
                request.hasTagKeys() ? request.tagKeys() : null);
        var other = other(request.resourceArn());
        if (other == null) {
            groups.untag(tenant(), groupOf(request.resourceArn()), request.tagKeys());
        } else {
            other.untag(tenant(), request.resourceArn(), request.tagKeys());
        }
        return UntagResourceResponse.builder().build();
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        arn(request.resourceArn()).orThrow();
        var other = other(request.resourceArn());
        var tags =
                other == null
                        ? groups.tags(tenant(), groupOf(request.resourceArn()))
                        : other.tags(tenant(), request.resourceArn());
        return ListTagsForResourceResponse.builder().tags(tags).build();
    }

    private static String groupOf(String arn) {
        return LogGroupArn.nameOfArn(tenant(), arn);
    }

    /// Null: it is a group's.
    private @Nullable TaggedResources other(String arn) {
        var mark = tenant().arn("logs", "");
        if (!arn.startsWith(mark)) {
            return null;
        }
        var resource = arn.substring(mark.length());
        for (var other : others) {
            if (resource.startsWith(other.prefix())) {
                return other;
            }
        }
        return null;
    }

    @Override
    public TagLogGroupResponse tagLogGroup(TagLogGroupRequest request) {
        checkTags(name(request.logGroupName()), request.hasTags() ? request.tags() : null);
        if (!groups.tag(tenant(), request.logGroupName(), request.tags())) {
            throw LogsError.invalid(TOO_MANY);
        }
        return TagLogGroupResponse.builder().build();
    }

    @Override
    public UntagLogGroupResponse untagLogGroup(UntagLogGroupRequest request) {
        checkKeys(name(request.logGroupName()), "tags", request.hasTags() ? request.tags() : null);
        groups.untag(tenant(), request.logGroupName(), request.tags());
        return UntagLogGroupResponse.builder().build();
    }

    @Override
    public ListTagsLogGroupResponse listTagsLogGroup(ListTagsLogGroupRequest request) {
        name(request.logGroupName()).orThrow();
        return ListTagsLogGroupResponse.builder()
                .tags(groups.tags(tenant(), request.logGroupName()))
                .build();
    }

    private static LogConstraints arn(@Nullable String arn) {
        var check = LogConstraints.check();
        check.constraints()
                .required("resourceArn", arn)
                .pattern("resourceArn", arn, ARN)
                .length("resourceArn", arn, 1, MAX_ARN);
        return check;
    }

    private static LogConstraints name(@Nullable String name) {
        return LogConstraints.check().requiredGroupName(name);
    }

    private static void checkTags(LogConstraints check, @Nullable Map<String, String> tags) {
        check.constraints()
                .required("tags", tags)
                .size("tags", tags == null ? null : tags.entrySet(), 1, Integer.MAX_VALUE);
        check.tags(tags == null ? Map.of() : tags).orThrow();
        LogGroupTags.refuseReserved(tags == null ? List.of() : tags.keySet());
    }

    private static void checkKeys(LogConstraints check, String path, @Nullable List<String> keys) {
        check.constraints()
                .required(path, keys)
                .size(path, keys, 0, MAX_KEYS)
                .satisfied(
                        keys == null || keys.stream().allMatch(LogConstraints::isTagKey),
                        path,
                        keys,
                        "Member must satisfy constraint: [Member must have length less than or equal"
                                + " to 128, Member must have length greater than or equal to 1, Member"
                                + " must satisfy regular expression pattern:"
                                + " ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$]");
        check.orThrow();
    }
}
