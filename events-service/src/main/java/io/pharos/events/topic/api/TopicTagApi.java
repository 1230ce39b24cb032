package io.pharos.events.topic.api;

import io.pharos.events.topic.TopicArn;
import io.pharos.events.topic.pg.PgTopics;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.sns.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sns.model.TagResourceRequest;
import software.amazon.awssdk.services.sns.model.TagResourceResponse;
import software.amazon.awssdk.services.sns.model.UntagResourceRequest;
import software.amazon.awssdk.services.sns.model.UntagResourceResponse;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Tags of topics.
@Singleton
public final class TopicTagApi implements SnsClient {
    private final PgTopics topics;

    public TopicTagApi(PgTopics topics) {
        this.topics = topics;
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        change(
                request.resourceArn(),
                "TagResource",
                before -> TopicTags.with(before, request.tags()));
        return TagResourceResponse.builder().build();
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        change(
                request.resourceArn(),
                "UntagResource",
                before -> {
                    var after = new TreeMap<>(before);
                    request.tagKeys().forEach(after::remove);
                    return after;
                });
        return UntagResourceResponse.builder().build();
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        var topic =
                topics.find(topic(request.resourceArn(), "ListTagsForResource"))
                        .orElseThrow(TopicTagApi::notFound);
        return ListTagsForResourceResponse.builder()
                .tags(
                        topic.tags().entrySet().stream()
                                .map(t -> Tag.builder().key(t.getKey()).value(t.getValue()).build())
                                .toList())
                .build();
    }

    private void change(String arn, String action, UnaryOperator<Map<String, String>> change) {
        try {
            topics.changeTags(topic(arn, action), change);
        } catch (NotFoundException _) {
            throw notFound();
        }
    }

    private static TopicArn topic(String arn, String action) {
        Constraints.check().required("resourceArn", arn).orThrow();
        return OwnTopic.own(TopicArn.parse("ResourceArn", arn), "ResourceArn", action);
    }

    private static ResourceNotFoundException notFound() {
        return ResourceNotFoundException.builder().message("Resource does not exist").build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
