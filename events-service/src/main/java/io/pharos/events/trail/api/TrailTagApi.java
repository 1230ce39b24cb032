package io.pharos.events.trail.api;

import io.pharos.events.bus.Tags;
import io.pharos.events.trail.TrailName;
import io.pharos.events.trail.pg.PgTrails;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.AddTagsRequest;
import software.amazon.awssdk.services.cloudtrail.model.AddTagsResponse;
import software.amazon.awssdk.services.cloudtrail.model.CloudTrailArnInvalidException;
import software.amazon.awssdk.services.cloudtrail.model.ListTagsRequest;
import software.amazon.awssdk.services.cloudtrail.model.ListTagsResponse;
import software.amazon.awssdk.services.cloudtrail.model.RemoveTagsRequest;
import software.amazon.awssdk.services.cloudtrail.model.RemoveTagsResponse;
import software.amazon.awssdk.services.cloudtrail.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudtrail.model.ResourceTag;
import software.amazon.awssdk.services.cloudtrail.model.Tag;

import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Tags of trails.
@Singleton
final class TrailTagApi implements CloudTrailClient {
    private final PgTrails trails;

    TrailTagApi(PgTrails trails) {
        this.trails = trails;
    }

    static String value(Tag tag) {
        return tag.value() == null ? "" : tag.value();
    }

    @Override
    public AddTagsResponse addTags(AddTagsRequest request) {
        var more =
                request.tagsList().stream()
                        .collect(Collectors.toMap(Tag::key, TrailTagApi::value, (_, last) -> last));
        change(request.resourceId(), tags -> tags.with(more));
        return AddTagsResponse.builder().build();
    }

    @Override
    public RemoveTagsResponse removeTags(RemoveTagsRequest request) {
        var keys = request.tagsList().stream().map(Tag::key).toList();
        change(request.resourceId(), tags -> tags.without(keys));
        return RemoveTagsResponse.builder().build();
    }

    @Override
    public ListTagsResponse listTags(ListTagsRequest request) {
        Constraints.check().size("resourceIdList", request.resourceIdList(), 1, 20).orThrow();
        return ListTagsResponse.builder()
                .resourceTagList(
                        request.resourceIdList().stream()
                                .map(arn -> described(arn, change(arn, same -> same)))
                                .toList())
                .build();
    }

    private static ResourceTag described(String arn, Tags tags) {
        return ResourceTag.builder()
                .resourceId(arn)
                .tagsList(
                        tags.values().entrySet().stream()
                                .map(tag ->
                                        Tag.builder()
                                                .key(tag.getKey())
                                                .value(tag.getValue())
                                                .build())
                                .toList())
                .build();
    }

    private Tags change(@Nullable String arn, UnaryOperator<Tags> change) {
        Constraints.check().required("resourceId", arn).orThrow();
        var given = arn == null ? "" : arn;
        if (!given.startsWith("arn:aws:cloudtrail:") || !given.contains(":trail/")) {
            throw CloudTrailArnInvalidException.builder().message("Invalid ARN: " + given).build();
        }
        var caller = Caller.current().tenant();
        var name = FoundTrails.own(TrailName.of(caller, given), caller);
        return trails.changeTags(name, change)
                .orElseThrow(() ->
                        ResourceNotFoundException.builder()
                                .message(
                                        "Unknown trail: "
                                                + given
                                                + " for the user: "
                                                + caller.account())
                                .build());
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
