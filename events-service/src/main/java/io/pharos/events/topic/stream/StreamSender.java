package io.pharos.events.topic.stream;

import io.pharos.events.stream.kafka.RecordWriter;
import io.pharos.events.topic.Delivery;
import io.pharos.events.topic.Delivery.Outcome;
import io.pharos.events.topic.Notification;
import io.pharos.events.topic.Protocol;
import io.pharos.events.topic.Sender;
import io.pharos.events.topic.config.TopicSettings;
import io.pharos.events.topic.pg.PgSigningKeys;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Puts notifications into a stream: the JSON document, or the bare text when raw. The partition key is
/// the message's id.
@Singleton
public final class StreamSender implements Sender {
    private final TopicSettings settings;
    private final PgSigningKeys keys;
    private final RecordWriter streams;

    public StreamSender(TopicSettings settings, PgSigningKeys keys, RecordWriter streams) {
        this.settings = settings;
        this.keys = keys;
        this.streams = streams;
    }

    @Override
    public Set<Protocol> protocols() {
        return Set.of(Protocol.FIREHOSE);
    }

    @Override
    public Outcome send(Delivery delivery) {
        var notification = new Notification(delivery, settings.publicUrl());
        var subscription = delivery.subscription();
        var data = subscription.isRaw() ? notification.text() : notification.json(keys.signer());
        var name = subscription.endpoint().substring(subscription.endpoint().indexOf('/') + 1);
        try {
            streams.put(
                    subscription.arn().topic().tenant(),
                    name,
                    delivery.message().id().toString(),
                    data.getBytes(StandardCharsets.UTF_8));
            return new Outcome.Delivered();
        } catch (ResourceNotFoundException gone) {
            return new Outcome.Failed("no such stream");
        } catch (RuntimeException away) {
            return new Outcome.Failed(String.valueOf(away.getMessage()));
        }
    }
}
