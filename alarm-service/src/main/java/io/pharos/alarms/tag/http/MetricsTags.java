package io.pharos.alarms.tag.http;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.http.InternalHttp;
import io.pharos.kit.http.Owner;
import io.pharos.stream.ResourceTag;
import io.pharos.stream.TagsAnswer;
import io.pharos.stream.TagsRequest;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/// Tags of dashboards and metric streams, which metrics-service keeps, and of Contributor Insights rules,
/// which logs-service keeps. AWS's tag operations name any resource of CloudWatch; they have one owner
/// here, and it asks the others.
@Singleton
public final class MetricsTags {
    private final UnaryOperator<byte[]> keeper;
    private final UnaryOperator<byte[]> ruleKeeper;

    @Inject
    MetricsTags(InternalHttp http) {
        this(
                request -> http.ask(Owner.METRICS, "metrics/tags", request),
                request -> http.ask(Owner.LOGS, "logs/insight-rule-tags", request));
    }

    /// @param keeper answers a TagsRequest by a TagsAnswer
    /// @param ruleKeeper does for rules
    public MetricsTags(UnaryOperator<byte[]> keeper, UnaryOperator<byte[]> ruleKeeper) {
        this.keeper = keeper;
        this.ruleKeeper = ruleKeeper;
    }

    /// Whether the ARN names something that another service would keep for this tenant.
    public static boolean isAbout(Tenant tenant, String arn) {
        return arn.startsWith("arn:aws:cloudwatch::" + tenant.account() + ":dashboard/")
                || arn.startsWith(tenant.arn("cloudwatch", "metric-stream/"))
                || isRule(tenant, arn);
    }

    private static boolean isRule(Tenant tenant, String arn) {
        return arn.startsWith(tenant.arn("cloudwatch", "insight-rule/"));
    }

    /// @throws ResourceNotFoundException when there is no such resource
    /// @throws LimitExceededException when it would have too many; nothing is changed
    public void tag(Tenant tenant, String arn, List<Tag> tags) {
        var request = request(tenant, arn);
        for (var tag : tags) {
            request.addPut(ResourceTag.newBuilder().setKey(tag.key()).setValue(tag.value()));
        }
        if (ask(request).getTooMany()) {
            throw LimitExceededException.builder()
                    .message("A resource may have at most 50 tags.")
                    .build();
        }
    }

    /// @throws ResourceNotFoundException when there is no such resource
    public void untag(Tenant tenant, String arn, Collection<String> keys) {
        ask(request(tenant, arn).addAllRemove(keys));
    }

    /// @throws ResourceNotFoundException when there is no such resource
    public List<Tag> list(Tenant tenant, String arn) {
        return ask(request(tenant, arn)).getTagsList().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    private static TagsRequest.Builder request(Tenant tenant, String arn) {
        return TagsRequest.newBuilder()
                .setAccount(tenant.account())
                .setRegion(tenant.region())
                .setArn(arn);
    }

    private TagsAnswer ask(TagsRequest.Builder request) {
        TagsAnswer answer;
        try {
            var tenant = new Tenant(request.getAccount(), request.getRegion());
            var owner = isRule(tenant, request.getArn()) ? ruleKeeper : keeper;
            answer = TagsAnswer.parseFrom(owner.apply(request.build().toByteArray()));
        } catch (InternalHttp.UnreachableException | InvalidProtocolBufferException unreachable) {
            throw new AwsError(
                    "ServiceUnavailableException",
                    503,
                    "The service is unavailable. Please try again later.");
        }
        if (!answer.getFound()) {
            throw ResourceNotFoundException.builder().build();
        }
        return answer;
    }
}
