package io.pharos.events.topic;

import java.util.Map;

/// A topic as kept.
///
/// @param attributes what was set, by SNS's names
public record Topic(TopicArn arn, Map<String, String> attributes, Map<String, String> tags) {
    /// Subscriptions by state, for `GetTopicAttributes`.
    public record Counts(long confirmed, long pending, long deleted) {}

    public String attribute(String name) {
        return attributes.getOrDefault(name, TopicAttributes.byDefault(arn, name));
    }

    public String signatureVersion() {
        return attributes.getOrDefault("SignatureVersion", "1");
    }
}
