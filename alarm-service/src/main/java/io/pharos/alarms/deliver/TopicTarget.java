package io.pharos.alarms.deliver;

import io.pharos.alarms.ledger.PendingAction;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.SnsException;

import java.time.Instant;
import java.util.function.Function;

/// Publishes to topics.
public final class TopicTarget implements ActionTarget {
    private final Function<Tenant, SnsClient> topics;

    public TopicTarget(Function<Tenant, SnsClient> topics) {
        this.topics = topics;
    }

    @Override
    public Answer perform(PendingAction action, Instant now) {
        try {
            topics.apply(action.alarm().tenant())
                    .publish(request ->
                            request.topicArn(action.arn())
                                    .subject(action.subject())
                                    .message(action.message())
                                    .messageStructure("json")
                                    .overrideConfiguration(override ->
                                            override.putHeader(
                                                    ActionRelay.MESSAGE_ID,
                                                    action.id().toString())));
            return new Answer.Ended(null);
        } catch (SnsException refused) {
            return isTransient(refused)
                    ? new Answer.Unanswered(String.valueOf(refused.getMessage()))
                    : new Answer.Ended(reason(refused));
        } catch (SdkException away) {
            return new Answer.Unanswered(String.valueOf(away.getMessage()));
        }
    }

    static boolean isTransient(SdkServiceException refused) {
        return refused.statusCode() >= 500
                || refused.statusCode() == 429
                || refused.isThrottlingException();
    }

    private static String reason(SnsException refused) {
        var details = refused.awsErrorDetails();
        return details == null || details.errorMessage() == null
                ? String.valueOf(refused.getMessage())
                : details.errorMessage();
    }
}
