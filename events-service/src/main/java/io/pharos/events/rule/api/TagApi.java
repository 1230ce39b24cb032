package io.pharos.events.rule.api;

import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Tags;
import io.pharos.events.bus.pg.PgBuses;
import io.pharos.events.rule.RuleName;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.eventbridge.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Tag;
import software.amazon.awssdk.services.eventbridge.model.TagResourceRequest;
import software.amazon.awssdk.services.eventbridge.model.TagResourceResponse;
import software.amazon.awssdk.services.eventbridge.model.UntagResourceRequest;
import software.amazon.awssdk.services.eventbridge.model.UntagResourceResponse;

import java.util.stream.Collectors;

/// Tags of rules and buses.
@Singleton
final class TagApi implements EventBridgeClient {
    private final PgRules rules;
    private final PgBuses buses;

    TagApi(PgRules rules, PgBuses buses) {
        this.rules = rules;
        this.buses = buses;
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        Constraints.check().required("tags", request.hasTags() ? request.tags() : null).orThrow();
        var more =
                request.tags().stream()
                        .collect(Collectors.toMap(Tag::key, Tag::value, (_, last) -> last));
        change(request.resourceARN(), tags -> tags.with(more));
        return TagResourceResponse.builder().build();
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        change(request.resourceARN(), tags -> tags.without(request.tagKeys()));
        return UntagResourceResponse.builder().build();
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        var tags = change(request.resourceARN(), same -> same);
        return ListTagsForResourceResponse.builder()
                .tags(
                        tags.values().entrySet().stream()
                                .map(tag ->
                                        Tag.builder()
                                                .key(tag.getKey())
                                                .value(tag.getValue())
                                                .build())
                                .toList())
                .build();
    }

    private Tags change(@Nullable String arn, PgBuses.TagChange change) {
        Constraints.check()
                .required("resourceARN", arn)
                .length("resourceARN", arn, 1, 1_600)
                .orThrow();
        var given = arn == null ? "" : arn;
        var caller = Caller.current();
        var rule = RuleName.ofArn(given);
        if (rule.isPresent()) {
            var name = rule.get();
            if (!name.bus().tenant().equals(caller.tenant())) {
                throw name.doesNotExist();
            }
            return rules.changeTags(name, change).orElseThrow(name::doesNotExist);
        }
        if (given.contains(":event-bus/")) {
            var bus = BusName.of(caller.tenant(), given);
            return buses.changeTags(bus, change, caller.receivedAt())
                    .orElseThrow(bus::doesNotExist);
        }
        if (!given.startsWith("arn:aws:events:")) {
            throw AwsError.validation("Invalid parameter: ResourceARN " + given);
        }
        throw ResourceNotFoundException.builder()
                .message("Resource " + given + " does not exist.")
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
