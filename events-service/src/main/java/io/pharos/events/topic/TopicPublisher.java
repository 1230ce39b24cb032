package io.pharos.events.topic;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.UUID;

/// Publishes to a topic from inside this process: what rules use for their topic targets.
public interface TopicPublisher {
    /// Keeps the message and one delivery a confirmed subscription in one transaction, so that what
    /// returns is durable. A message whose id the topic has seen within a day is left alone: callers
    /// that may repeat themselves pass an id derived from their cause.
    ///
    /// @param tenant who publishes; the topic must be in its account and region
    /// @param subject null for none; at most 100 characters without line breaks
    /// @param message at most 262,144 bytes of UTF-8
    /// @param structure `json` when the message holds a text by protocol, else null
    /// @return the id the subscribers see: `messageId`
    /// @throws software.amazon.awssdk.services.sns.model.NotFoundException no such topic
    /// @throws software.amazon.awssdk.services.sns.model.InvalidParameterException what SNS refuses
    /// @throws io.pharos.kit.DatabaseException the message may or may not be kept: try again with
    ///     the same id
    UUID publish(
            Tenant tenant,
            String topicArn,
            UUID messageId,
            @Nullable String subject,
            String message,
            @Nullable String structure);
}
