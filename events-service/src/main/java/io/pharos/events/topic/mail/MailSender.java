package io.pharos.events.topic.mail;

import io.pharos.events.topic.Delivery;
import io.pharos.events.topic.Delivery.Outcome;
import io.pharos.events.topic.Mail;
import io.pharos.events.topic.Notification;
import io.pharos.events.topic.Protocol;
import io.pharos.events.topic.Sender;
import io.pharos.events.topic.config.TopicSettings;
import io.pharos.events.topic.pg.PgSigningKeys;

import jakarta.inject.Singleton;
import jakarta.mail.Authenticator;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Semaphore;

/// Mails by SMTP, a connection a mail. Answers of 5xx to a mail never get better; everything else may.
@Singleton
public final class MailSender implements Sender {
    private static final int MAX_CONNECTIONS = 16;
    private static final String LIMIT_MS = "6000";
    private static final int PERMANENT = 500;

    private final TopicSettings settings;
    private final PgSigningKeys keys;
    private final Session session;
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);

    public MailSender(TopicSettings settings, PgSigningKeys keys) {
        this.settings = settings;
        this.keys = keys;
        this.session = session(settings.smtp());
    }

    private static Session session(TopicSettings.Smtp smtp) {
        var properties = new Properties();
        properties.setProperty("mail.smtp.host", smtp.host());
        properties.setProperty("mail.smtp.port", Integer.toString(smtp.port()));
        properties.setProperty("mail.smtp.connectiontimeout", LIMIT_MS);
        properties.setProperty("mail.smtp.timeout", LIMIT_MS);
        properties.setProperty("mail.smtp.writetimeout", LIMIT_MS);
        properties.setProperty("mail.smtp.from", smtp.from());
        properties.setProperty("mail.smtp.starttls.enable", "true");
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(smtp.startTls()));
        if (smtp.user().isEmpty()) {
            return Session.getInstance(properties);
        }
        properties.setProperty("mail.smtp.auth", "true");
        return Session.getInstance(
                properties,
                new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return new PasswordAuthentication(smtp.user(), smtp.password());
                    }
                });
    }

    @Override
    public Set<Protocol> protocols() {
        return Set.of(Protocol.EMAIL, Protocol.EMAIL_JSON);
    }

    @Override
    public Outcome send(Delivery delivery) {
        try {
            connections.acquire();
            try {
                Transport.send(mime(delivery));
                return new Outcome.Delivered();
            } finally {
                connections.release();
            }
        } catch (MessagingException failure) {
            var reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
            return isPermanent(failure) ? new Outcome.Refused(reason) : new Outcome.Failed(reason);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("stopping");
        }
    }

    private MimeMessage mime(Delivery delivery) throws MessagingException {
        var notification = new Notification(delivery, settings.publicUrl());
        var mail =
                delivery.subscription().protocol() == Protocol.EMAIL_JSON
                        ? Mail.json(notification, keys.signer())
                        : Mail.plain(notification);
        var utf8 = StandardCharsets.UTF_8.name();
        var mime = new NamedMessage(session, delivery.message().id() + "@pharos");
        mime.setFrom(new InternetAddress(settings.smtp().from()));
        mime.setRecipients(
                jakarta.mail.Message.RecipientType.TO, delivery.subscription().endpoint());
        mime.setSubject(mail.subject(), utf8);
        mime.setText(mail.body(), utf8);
        mime.setSentDate(Date.from(delivery.message().publishedAt()));
        return mime;
    }

    private static boolean isPermanent(MessagingException failure) {
        for (Exception cause = failure;
                cause instanceof MessagingException messaging;
                cause = messaging.getNextException()) {
            switch (messaging) {
                case SMTPAddressFailedException refused -> {
                    return refused.getReturnCode() >= PERMANENT;
                }
                case SMTPSendFailedException refused -> {
                    return refused.getReturnCode() >= PERMANENT;
                }
                case SendFailedException _ -> {} // wraps what happened to an address
                default -> {}
            }
        }
        return false;
    }

    /// Repeats of a delivery carry the same Message-ID.
    private static final class NamedMessage extends MimeMessage {
        private final String name;

        NamedMessage(Session session, String name) {
            super(session);
            this.name = name;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + name + ">");
        }
    }
}
