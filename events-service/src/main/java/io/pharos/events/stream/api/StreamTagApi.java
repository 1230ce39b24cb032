package io.pharos.events.stream.api;

import io.pharos.events.stream.Stream;
import io.pharos.events.stream.pg.PgStreams;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamResponse;
import software.amazon.awssdk.services.kinesis.model.Tag;
import software.amazon.awssdk.services.kinesis.model.TagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.TagResourceResponse;
import software.amazon.awssdk.services.kinesis.model.UntagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.UntagResourceResponse;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Tags of streams, by Kinesis's older and newer operations.
@Singleton
public final class StreamTagApi implements KinesisClient {
    private static final int MAX_PAGE = 50;

    private final PgStreams streams;

    public StreamTagApi(PgStreams streams) {
        this.streams = streams;
    }

    @Override
    public AddTagsToStreamResponse addTagsToStream(AddTagsToStreamRequest request) {
        add(OwnStream.name(request.streamName(), request.streamARN()), request.tags());
        return AddTagsToStreamResponse.builder().build();
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        add(resource(request.resourceARN()), request.tags());
        return TagResourceResponse.builder().build();
    }

    @Override
    public RemoveTagsFromStreamResponse removeTagsFromStream(RemoveTagsFromStreamRequest request) {
        remove(OwnStream.name(request.streamName(), request.streamARN()), request.tagKeys());
        return RemoveTagsFromStreamResponse.builder().build();
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        remove(resource(request.resourceARN()), request.tagKeys());
        return UntagResourceResponse.builder().build();
    }

    @Override
    public ListTagsForStreamResponse listTagsForStream(ListTagsForStreamRequest request) {
        Constraints.check().range("limit", request.limit(), 1, MAX_PAGE).orThrow();
        var after = request.exclusiveStartTagKey() == null ? "" : request.exclusiveStartTagKey();
        var limit = request.limit() == null ? MAX_PAGE : request.limit();
        var rest =
                tags(OwnStream.name(request.streamName(), request.streamARN())).stream()
                        .filter(tag -> tag.key().compareTo(after) > 0)
                        .toList();
        return ListTagsForStreamResponse.builder()
                .tags(rest.stream().limit(limit).toList())
                .hasMoreTags(rest.size() > limit)
                .build();
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        return ListTagsForResourceResponse.builder()
                .tags(tags(resource(request.resourceARN())))
                .build();
    }

    private static String resource(String arn) {
        Constraints.check().required("resourceARN", arn).orThrow();
        return OwnStream.name(null, arn);
    }

    private void add(String stream, Map<String, String> tags) {
        streams.changeTags(
                Caller.current().tenant(), stream, before -> StreamTags.with(before, tags));
    }

    private void remove(String stream, Collection<String> keys) {
        streams.changeTags(
                Caller.current().tenant(),
                stream,
                before -> {
                    var after = new TreeMap<>(before);
                    after.keySet().removeAll(keys);
                    return after;
                });
    }

    private List<Tag> tags(String name) {
        var tenant = Caller.current().tenant();
        var stream = streams.find(tenant, name).orElseThrow(() -> Stream.notFound(tenant, name));
        return stream.tags().entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
