package io.pharos.events.topic;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/// `<topic arn>:<uuid>`.
public record SubscriptionArn(TopicArn topic, UUID id) {
    /// What `Subscribe` shows instead of an ARN until the endpoint has confirmed.
    public static final String PENDING = "pending confirmation";

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final int ELEMENTS = 7;

    public static SubscriptionArn parse(String arn) {
        var parts = arn.split(":", -1);
        if (parts.length < ELEMENTS - 1) {
            throw SnsFault.invalid(
                    "SubscriptionArn Reason: An ARN must have at least 6 elements, not "
                            + parts.length);
        }
        if (parts.length != ELEMENTS || !ID.matcher(parts[6].toLowerCase(Locale.ROOT)).matches()) {
            throw SnsFault.invalid("SubscriptionId");
        }
        var topic = arn.substring(0, arn.lastIndexOf(':'));
        return new SubscriptionArn(
                TopicArn.parse("SubscriptionArn", topic), UUID.fromString(parts[6]));
    }

    @Override
    public String toString() {
        return topic + ":" + id;
    }
}
