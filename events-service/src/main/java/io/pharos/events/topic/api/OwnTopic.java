package io.pharos.events.topic.api;

import io.pharos.events.topic.SnsFault;
import io.pharos.events.topic.SubscriptionArn;
import io.pharos.events.topic.TopicArn;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Reads the ARNs of requests: what they name must belong to the caller.
final class OwnTopic {
    private OwnTopic() {}

    static TopicArn topic(@Nullable String arn, String action) {
        Constraints.check().required("topicArn", arn).orThrow();
        return own(TopicArn.parse("TopicArn", String.valueOf(arn)), "TopicArn", action);
    }

    static TopicArn own(TopicArn topic, String member, String action) {
        var caller = Caller.current();
        if (!topic.tenant().region().equals(caller.tenant().region())) {
            throw SnsFault.invalid(member);
        }
        if (!topic.tenant().account().equals(caller.tenant().account())) {
            throw SnsFault.unauthorized(caller.principalArn(), action, topic.toString());
        }
        return topic;
    }

    static SubscriptionArn subscription(@Nullable String arn, String action) {
        Constraints.check().required("subscriptionArn", arn).orThrow();
        var subscription = SubscriptionArn.parse(String.valueOf(arn));
        own(subscription.topic(), "SubscriptionArn", action);
        return subscription;
    }

    /// Where a page ended, opaque to clients.
    static String token(String last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    static String readToken(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw SnsFault.invalid("NextToken");
        }
    }
}
