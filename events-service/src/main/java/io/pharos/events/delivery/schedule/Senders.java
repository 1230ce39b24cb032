package io.pharos.events.delivery.schedule;

import io.pharos.events.delivery.Delivery;
import io.pharos.events.delivery.Outcome;
import io.pharos.events.delivery.http.HttpSender;
import io.pharos.events.delivery.stream.StreamSender;
import io.pharos.events.target.Happening;
import io.pharos.events.target.TargetArn;
import io.pharos.events.topic.TopicPublisher;
import io.pharos.kit.DatabaseException;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.sns.model.SnsException;

/// One try of a delivery, whatever its target is.
@Singleton
public final class Senders {
    private final StreamSender streams;
    private final HttpSender http;
    private final @Nullable TopicPublisher topics;

    @Inject
    Senders(StreamSender streams, HttpSender http, Instance<TopicPublisher> topics) {
        this(streams, http, topics.isResolvable() ? topics.get() : null);
    }

    /// @param topics null where there are no topics: their targets are refused
    public Senders(StreamSender streams, HttpSender http, @Nullable TopicPublisher topics) {
        this.streams = streams;
        this.http = http;
        this.topics = topics;
    }

    /// May be called again with the same delivery.
    public Outcome send(Delivery delivery) throws InterruptedException {
        var event = delivery.happening();
        var body = delivery.target().input().shape(event);
        if (body.isEmpty()) {
            return new Outcome.NothingToDeliver();
        }
        return switch (delivery.target().destination()) {
            case TargetArn.LogGroup _, TargetArn.Stream _, TargetArn.Bus _ ->
                    streams.send(delivery, event, body.get());
            case TargetArn.ApiDestination _ -> http.send(delivery, event, body.get());
            case TargetArn.Topic(var tenant, var arn) ->
                    toTopic(delivery, tenant, arn, body.get(), event);
            case TargetArn.Elsewhere _, TargetArn.Malformed _ ->
                    new Outcome.Refused("INVALID_PARAMETER", "Not a target that can be called.");
        };
    }

    private Outcome toTopic(
            Delivery delivery, Tenant tenant, String arn, String body, Happening event) {
        if (topics == null) {
            return new Outcome.Refused(
                    "NO_RESOURCE", "There are no topics for rule " + event.ruleName());
        }
        try {
            topics.publish(tenant, arn, delivery.id(), null, body, null);
            return new Outcome.Delivered();
        } catch (DatabaseException away) {
            return new Outcome.Failed("INTERNAL_ERROR", String.valueOf(away.getMessage()));
        } catch (AwsError | SnsException refused) {
            return new Outcome.Refused(
                    refused instanceof AwsError error
                            ? error.code()
                            : refused.getClass().getSimpleName(),
                    String.valueOf(refused.getMessage()));
        }
    }
}
