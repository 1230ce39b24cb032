package io.pharos.events.topic;

/// The text of a mail for one delivery.
public record Mail(String subject, String body) {
    private static final String DEFAULT_SUBJECT = "AWS Notification Message";

    /// `email`: the message and how to get off the list.
    public static Mail plain(Notification notification) {
        var message = notification.delivery().message();
        if (message.kind() != Message.Kind.NOTIFICATION) {
            return confirmation(notification);
        }
        var subject = message.subject() == null ? DEFAULT_SUBJECT : message.subject();
        return new Mail(
                subject,
                """
                %s

                --
                If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:
                %s&Endpoint=%s

                Please do not reply directly to this email.
                """
                        .formatted(
                                notification.text(),
                                notification.unsubscribeUrl(),
                                notification.delivery().subscription().endpoint()));
    }

    /// `email-json`: the JSON document.
    public static Mail json(Notification notification, Signer signer) {
        var message = notification.delivery().message();
        var subject =
                message.kind() != Message.Kind.NOTIFICATION
                        ? "AWS Notification - Subscription Confirmation"
                        : message.subject() == null ? DEFAULT_SUBJECT : message.subject();
        return new Mail(subject, notification.json(signer));
    }

    private static Mail confirmation(Notification notification) {
        var message = notification.delivery().message();
        return new Mail(
                "AWS Notification - Subscription Confirmation",
                """
                You have chosen to subscribe to the topic:
                %s

                To confirm this subscription, click or visit the link below (If this was in error no action is necessary):
                %s&Endpoint=%s

                Please do not reply directly to this email.
                """
                        .formatted(
                                message.topic(),
                                notification.subscribeUrl(),
                                notification.delivery().subscription().endpoint()));
    }
}
