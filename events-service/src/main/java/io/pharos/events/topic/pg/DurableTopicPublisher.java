package io.pharos.events.topic.pg;

import io.pharos.events.topic.Bell;
import io.pharos.events.topic.Publication;
import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.TopicArn;
import io.pharos.events.topic.TopicPublisher;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;

/// Publishes through the outbox and wakes the worker.
@Singleton
public final class DurableTopicPublisher implements TopicPublisher {
    private final PgOutbox outbox;
    private final Bell bell;
    private final InstantSource clock;

    public DurableTopicPublisher(PgOutbox outbox, Bell bell, InstantSource clock) {
        this.outbox = outbox;
        this.bell = bell;
        this.clock = clock;
    }

    @Override
    public UUID publish(
            Tenant tenant,
            String topicArn,
            UUID messageId,
            @Nullable String subject,
            String message,
            @Nullable String structure) {
        var topic = TopicArn.parse("TopicArn", topicArn);
        if (!topic.tenant().equals(tenant)) {
            throw SnsFault.noTopic();
        }
        var publication = new Publication(subject, message, structure, Map.of());
        outbox.publish(topic, messageId, true, publication, clock.instant());
        bell.ring();
        return messageId;
    }
}
