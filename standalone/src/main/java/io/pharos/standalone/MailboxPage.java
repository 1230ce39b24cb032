package io.pharos.standalone;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.util.Objects;

/// `GET /_pharos/mailbox`: the mail that topics sent, oldest first, as JSON. Only in standalone, which
/// listens on loopback.
@Singleton
final class MailboxPage {
    void route(@Observes Router router) {
        router.get("/_pharos/mailbox")
                .handler(context -> {
                    var mails = new JsonArray();
                    for (var mail : Objects.requireNonNull(Running.parts).mailbox().mails()) {
                        mails.add(
                                new JsonObject()
                                        .put("from", mail.from())
                                        .put("to", mail.to())
                                        .put("date", mail.date())
                                        .put("subject", mail.subject())
                                        .put("text", mail.text()));
                    }
                    context.json(mails);
                });
    }
}
