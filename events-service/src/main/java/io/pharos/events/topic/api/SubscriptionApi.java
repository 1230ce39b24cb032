package io.pharos.events.topic.api;

import io.pharos.events.topic.Bell;
import io.pharos.events.topic.InvalidPolicyException;
import io.pharos.events.topic.Protocol;
import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.Subscription;
import io.pharos.events.topic.SubscriptionArn;
import io.pharos.events.topic.SubscriptionAttributes;
import io.pharos.events.topic.TopicArn;
import io.pharos.events.topic.TopicAttributes.UnknownAttributeException;
import io.pharos.events.topic.pg.PgSubscriptions;
import io.pharos.events.topic.pg.PgTopics;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.ConfirmSubscriptionRequest;
import software.amazon.awssdk.services.sns.model.ConfirmSubscriptionResponse;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsByTopicResponse;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsRequest;
import software.amazon.awssdk.services.sns.model.ListSubscriptionsResponse;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetSubscriptionAttributesResponse;
import software.amazon.awssdk.services.sns.model.SubscribeRequest;
import software.amazon.awssdk.services.sns.model.SubscribeResponse;
import software.amazon.awssdk.services.sns.model.UnsubscribeRequest;
import software.amazon.awssdk.services.sns.model.UnsubscribeResponse;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/// SNS's subscriptions. `ConfirmSubscription` and `Unsubscribe` are also links in messages: such
/// calls are unsigned, and the token or the ARN is all that counts.
@Singleton
public final class SubscriptionApi implements SnsClient {
    private static final int PAGE = 100;

    /// The access key of callers who followed a link, as the front door puts it.
    private static final String UNSIGNED = "anonymous";

    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{32,512}");

    private final PgTopics topics;
    private final PgSubscriptions subscriptions;
    private final Bell bell;

    public SubscriptionApi(PgTopics topics, PgSubscriptions subscriptions, Bell bell) {
        this.topics = topics;
        this.subscriptions = subscriptions;
        this.bell = bell;
    }

    @Override
    public SubscribeResponse subscribe(SubscribeRequest request) {
        var topic = OwnTopic.topic(request.topicArn(), "Subscribe");
        Constraints.check().required("protocol", request.protocol()).orThrow();
        var protocol = Protocol.of(request.protocol());
        protocol.checkEndpoint(request.endpoint() == null ? "" : request.endpoint(), topic);
        var caller = Caller.current();
        var wanted =
                new Subscription(
                        new SubscriptionArn(topic, UUID.randomUUID()),
                        protocol,
                        request.endpoint(),
                        protocol.isConfirmed()
                                ? Subscription.State.PENDING
                                : Subscription.State.CONFIRMED,
                        attributes(protocol, request.attributes()),
                        caller.principalArn(),
                        !protocol.isConfirmed(),
                        false);
        var kept = subscriptions.subscribe(wanted, caller.receivedAt());
        bell.ring();
        var showArn = !kept.isPending() || Boolean.TRUE.equals(request.returnSubscriptionArn());
        return SubscribeResponse.builder()
                .subscriptionArn(showArn ? kept.arn().toString() : SubscriptionArn.PENDING)
                .build();
    }

    private static Map<String, String> attributes(Protocol protocol, Map<String, String> given) {
        try {
            return SubscriptionAttributes.of(protocol, given);
        } catch (UnknownAttributeException unknown) {
            throw SnsFault.invalid("Attributes Reason: Unknown attribute: " + unknown.getMessage());
        } catch (InvalidPolicyException refused) {
            throw SnsFault.invalid("Attributes Reason: " + refused.getMessage());
        }
    }

    @Override
    public ConfirmSubscriptionResponse confirmSubscription(ConfirmSubscriptionRequest request) {
        Constraints.check()
                .required("topicArn", request.topicArn())
                .required("token", request.token())
                .orThrow();
        var topic = TopicArn.parse("TopicArn", request.topicArn());
        if (!TOKEN.matcher(request.token()).matches()) {
            throw SnsFault.invalid("Token");
        }
        topics.require(topic);
        var caller = Caller.current();
        // Only somebody known can ask that others must sign.
        var arn =
                subscriptions.confirm(
                        topic,
                        request.token(),
                        isSigned(caller),
                        isSigned(caller)
                                && "true".equalsIgnoreCase(request.authenticateOnUnsubscribe()),
                        caller.receivedAt());
        return ConfirmSubscriptionResponse.builder().subscriptionArn(arn.toString()).build();
    }

    @Override
    public UnsubscribeResponse unsubscribe(UnsubscribeRequest request) {
        Constraints.check().required("subscriptionArn", request.subscriptionArn()).orThrow();
        var arn = SubscriptionArn.parse(request.subscriptionArn());
        var caller = Caller.current();
        if (isSigned(caller)) {
            OwnTopic.own(arn.topic(), "SubscriptionArn", "Unsubscribe");
        }
        subscriptions.unsubscribe(arn, isSigned(caller), caller.receivedAt());
        bell.ring();
        return UnsubscribeResponse.builder().build();
    }

    private static boolean isSigned(Caller caller) {
        return !caller.accessKeyId().isEmpty() && !caller.accessKeyId().equals(UNSIGNED);
    }

    @Override
    public GetSubscriptionAttributesResponse getSubscriptionAttributes(
            GetSubscriptionAttributesRequest request) {
        var arn = OwnTopic.subscription(request.subscriptionArn(), "GetSubscriptionAttributes");
        var subscription = subscriptions.find(arn).orElseThrow(SnsFault::noSubscription);
        var shown = new TreeMap<>(subscription.attributes());
        shown.putIfAbsent("RawMessageDelivery", "false");
        shown.put("SubscriptionArn", arn.toString());
        shown.put("TopicArn", arn.topic().toString());
        shown.put("Protocol", subscription.protocol().text());
        shown.put("Endpoint", subscription.endpoint());
        shown.put("Owner", arn.topic().tenant().account());
        shown.put(
                "ConfirmationWasAuthenticated",
                Boolean.toString(subscription.confirmationSigned()));
        shown.put("PendingConfirmation", Boolean.toString(subscription.isPending()));
        shown.put("SubscriptionPrincipal", subscription.principal());
        return GetSubscriptionAttributesResponse.builder().attributes(shown).build();
    }

    @Override
    public SetSubscriptionAttributesResponse setSubscriptionAttributes(
            SetSubscriptionAttributesRequest request) {
        var arn = OwnTopic.subscription(request.subscriptionArn(), "SetSubscriptionAttributes");
        Constraints.check().required("attributeName", request.attributeName()).orThrow();
        var value = request.attributeValue() == null ? "" : request.attributeValue();
        try {
            subscriptions.change(
                    arn,
                    before ->
                            SubscriptionAttributes.with(
                                    before.protocol(),
                                    before.attributes(),
                                    request.attributeName(),
                                    value));
        } catch (UnknownAttributeException _) {
            throw SnsFault.invalid("AttributeName");
        } catch (InvalidPolicyException refused) {
            throw SnsFault.invalid(String.valueOf(refused.getMessage()));
        }
        return SetSubscriptionAttributesResponse.builder().build();
    }

    @Override
    public ListSubscriptionsResponse listSubscriptions(ListSubscriptionsRequest request) {
        var page = page(null, request.nextToken());
        return ListSubscriptionsResponse.builder()
                .subscriptions(shown(page))
                .nextToken(next(page))
                .build();
    }

    @Override
    public ListSubscriptionsByTopicResponse listSubscriptionsByTopic(
            ListSubscriptionsByTopicRequest request) {
        var topic = OwnTopic.topic(request.topicArn(), "ListSubscriptionsByTopic");
        topics.require(topic);
        var page = page(topic.name(), request.nextToken());
        return ListSubscriptionsByTopicResponse.builder()
                .subscriptions(shown(page))
                .nextToken(next(page))
                .build();
    }

    private List<Subscription> page(@Nullable String topic, @Nullable String token) {
        return subscriptions.page(Caller.current().tenant(), topic, after(token), PAGE + 1);
    }

    private static @Nullable UUID after(@Nullable String token) {
        try {
            return token == null ? null : UUID.fromString(OwnTopic.readToken(token));
        } catch (IllegalArgumentException _) {
            throw SnsFault.invalid("NextToken");
        }
    }

    private static List<software.amazon.awssdk.services.sns.model.Subscription> shown(
            List<Subscription> page) {
        return page.stream().limit(PAGE).map(SubscriptionApi::shown).toList();
    }

    private static software.amazon.awssdk.services.sns.model.Subscription shown(
            Subscription subscription) {
        return software.amazon.awssdk.services.sns.model.Subscription.builder()
                .subscriptionArn(
                        subscription.isPending()
                                ? "PendingConfirmation"
                                : subscription.arn().toString())
                .owner(subscription.arn().topic().tenant().account())
                .protocol(subscription.protocol().text())
                .endpoint(subscription.endpoint())
                .topicArn(subscription.arn().topic().toString())
                .build();
    }

    private static @Nullable String next(List<Subscription> page) {
        return page.size() > PAGE ? OwnTopic.token(page.get(PAGE - 1).arn().id().toString()) : null;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
