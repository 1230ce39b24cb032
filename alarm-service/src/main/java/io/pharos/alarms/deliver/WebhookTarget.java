package io.pharos.alarms.deliver;

import io.pharos.alarms.http.Webhook;
import io.pharos.alarms.ledger.PendingAction;

import java.time.Instant;

/// Hands over what AWS would do itself: stopping an EC2 instance, opening an OpsItem or an incident.
public final class WebhookTarget implements ActionTarget {
    private final Webhook webhook;

    public WebhookTarget(Webhook webhook) {
        this.webhook = webhook;
    }

    @Override
    public Answer perform(PendingAction action, Instant now) {
        var reply = webhook.post(action.id().toString(), action.message());
        if (reply.isTaken()) {
            return new Answer.Ended(null);
        }
        return reply.isTransient()
                ? new Answer.Unanswered(reply.reason())
                : new Answer.Ended(reply.reason());
    }

    @Override
    public int places() {
        return ActionRelay.MAX_IN_FLIGHT_OUTSIDE;
    }
}
