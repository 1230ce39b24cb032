package io.pharos.events.topic.api;

import io.pharos.events.topic.InvalidPolicyException;
import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.Topic;
import io.pharos.events.topic.TopicArn;
import io.pharos.events.topic.TopicAttributes;
import io.pharos.events.topic.TopicAttributes.UnknownAttributeException;
import io.pharos.events.topic.pg.PgTopics;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.DeleteTopicRequest;
import software.amazon.awssdk.services.sns.model.DeleteTopicResponse;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetTopicAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListTopicsRequest;
import software.amazon.awssdk.services.sns.model.ListTopicsResponse;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetTopicAttributesResponse;

import java.util.Map;
import java.util.TreeMap;

/// SNS's topics and their attributes.
@Singleton
public final class TopicApi implements SnsClient {
    private static final int PAGE = 100;

    private final PgTopics topics;

    public TopicApi(PgTopics topics) {
        this.topics = topics;
    }

    @Override
    public CreateTopicResponse createTopic(CreateTopicRequest request) {
        Constraints.check().required("name", request.name()).orThrow();
        var caller = Caller.current();
        var given = request.attributes();
        var arn = new TopicArn(caller.tenant(), request.name());
        var tags = TopicTags.with(Map.of(), request.tags());
        var wanted = new Topic(arn, attributes(given), tags);
        topics.create(wanted, caller.receivedAt()).ifPresent(before -> same(before, given, tags));
        return CreateTopicResponse.builder().topicArn(arn.toString()).build();
    }

    private static Map<String, String> attributes(Map<String, String> given) {
        Map<String, String> attributes = new TreeMap<>();
        for (var attribute : given.entrySet()) {
            try {
                attributes =
                        TopicAttributes.with(attributes, attribute.getKey(), attribute.getValue());
            } catch (UnknownAttributeException unknown) {
                throw SnsFault.invalid(
                        "Attributes Reason: Unknown attribute " + unknown.getMessage());
            } catch (InvalidPolicyException refused) {
                throw SnsFault.invalid("Attributes Reason: " + refused.getMessage());
            }
        }
        return attributes;
    }

    // A second creation may name less than the first, but nothing else.
    private static void same(Topic before, Map<String, String> given, Map<String, String> tags) {
        attributes(given)
                .forEach((name, value) -> {
                    if (!value.equals(before.attribute(name))) {
                        throw SnsFault.invalid(
                                "Attributes Reason: Topic already exists with different attributes");
                    }
                });
        if (!before.tags().entrySet().containsAll(tags.entrySet())) {
            throw SnsFault.invalid("Tags Reason: Topic already exists with different tags");
        }
    }

    @Override
    public DeleteTopicResponse deleteTopic(DeleteTopicRequest request) {
        topics.delete(OwnTopic.topic(request.topicArn(), "DeleteTopic"));
        return DeleteTopicResponse.builder().build();
    }

    @Override
    public ListTopicsResponse listTopics(ListTopicsRequest request) {
        var after = request.nextToken() == null ? "" : OwnTopic.readToken(request.nextToken());
        var page = topics.page(Caller.current().tenant(), after, PAGE + 1);
        var shown = page.subList(0, Math.min(PAGE, page.size()));
        return ListTopicsResponse.builder()
                .topics(
                        shown.stream()
                                .map(arn ->
                                        software.amazon.awssdk.services.sns.model.Topic.builder()
                                                .topicArn(arn.toString())
                                                .build())
                                .toList())
                .nextToken(page.size() > PAGE ? OwnTopic.token(shown.getLast().name()) : null)
                .build();
    }

    @Override
    public GetTopicAttributesResponse getTopicAttributes(GetTopicAttributesRequest request) {
        var arn = OwnTopic.topic(request.topicArn(), "GetTopicAttributes");
        var topic = topics.require(arn);
        var counts = topics.counts(arn);
        var shown = new TreeMap<>(topic.attributes());
        shown.put("TopicArn", arn.toString());
        shown.put("Owner", arn.tenant().account());
        shown.put("DisplayName", topic.attribute("DisplayName"));
        shown.put("Policy", topic.attribute("Policy"));
        shown.put(
                "EffectiveDeliveryPolicy",
                TopicAttributes.effectiveDeliveryPolicy(topic.attribute("DeliveryPolicy")));
        shown.put("SubscriptionsConfirmed", Long.toString(counts.confirmed()));
        shown.put("SubscriptionsPending", Long.toString(counts.pending()));
        shown.put("SubscriptionsDeleted", Long.toString(counts.deleted()));
        return GetTopicAttributesResponse.builder().attributes(shown).build();
    }

    @Override
    public SetTopicAttributesResponse setTopicAttributes(SetTopicAttributesRequest request) {
        var arn = OwnTopic.topic(request.topicArn(), "SetTopicAttributes");
        Constraints.check().required("attributeName", request.attributeName()).orThrow();
        var value = request.attributeValue() == null ? "" : request.attributeValue();
        try {
            topics.changeAttributes(
                    arn, before -> TopicAttributes.with(before, request.attributeName(), value));
        } catch (UnknownAttributeException _) {
            throw SnsFault.invalid("AttributeName");
        } catch (InvalidPolicyException refused) {
            throw SnsFault.invalid(String.valueOf(refused.getMessage()));
        }
        return SetTopicAttributesResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
