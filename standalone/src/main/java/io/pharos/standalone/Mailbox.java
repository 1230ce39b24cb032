package io.pharos.standalone;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An SMTP server that keeps what it gets, for any address, until the process ends: where the mail of
/// topics can be read without a mail server. Never delivers anything further.
final class Mailbox implements AutoCloseable {
    private final GreenMail server;

    /// @param to every recipient, comma-separated
    record Mail(String from, String to, String subject, String date, String text) {}

    private Mailbox(GreenMail server) {
        this.server = server;
    }

    static Mailbox start(int port) {
        var server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        return new Mailbox(server);
    }

    /// Oldest first.
    List<Mail> mails() {
        var mails = new ArrayList<Mail>();
        for (var message : server.getReceivedMessages()) {
            try {
                mails.add(mail(message));
            } catch (MessagingException e) {
                throw new IllegalStateException("a stored mail can not be read", e);
            }
        }
        return mails;
    }

    private static Mail mail(MimeMessage message) throws MessagingException {
        var recipients = Arrays.stream(message.getAllRecipients()).map(Object::toString).toList();
        return new Mail(
                message.getFrom() == null ? "" : message.getFrom()[0].toString(),
                String.join(", ", recipients),
                String.valueOf(message.getSubject()),
                String.valueOf(message.getSentDate()),
                text(message));
    }

    private static String text(MimeMessage message) {
        try {
            return message.getContent() instanceof String plain
                    ? plain.replace("\r\n", "\n")
                    : GreenMailUtil.getBody(message);
        } catch (MessagingException | java.io.IOException e) {
            return GreenMailUtil.getBody(message);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
