package io.pharos.events.topic.http;

import io.pharos.events.topic.Delivery;
import io.pharos.events.topic.Delivery.Outcome;
import io.pharos.events.topic.Message;
import io.pharos.events.topic.Notification;
import io.pharos.events.topic.Protocol;
import io.pharos.events.topic.Sender;
import io.pharos.events.topic.config.TopicSettings;
import io.pharos.events.topic.pg.PgSigningKeys;

import jakarta.inject.Singleton;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/// POSTs to HTTP(S) endpoints as SNS does. 2xx within 15 s is success; 5xx, 429, time-outs and broken
/// connections may work later; every other answer, redirects included, never will.
@Singleton
public final class HttpSender implements Sender {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;

    private final TopicSettings settings;
    private final PgSigningKeys keys;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    public HttpSender(TopicSettings settings, PgSigningKeys keys) {
        this.settings = settings;
        this.keys = keys;
    }

    @Override
    public Set<Protocol> protocols() {
        return Set.of(Protocol.HTTP, Protocol.HTTPS);
    }

    @Override
    public Outcome send(Delivery delivery) {
        var url = URI.create(delivery.subscription().endpoint());
        var request = request(delivery, url);
        try {
            var status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
            if (status == UNAUTHORIZED && url.getRawUserInfo() != null) {
                request.header("Authorization", basic(url));
                status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
            }
            return outcome(status);
        } catch (IOException away) {
            return new Outcome.Failed(away.getClass().getSimpleName());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("stopping");
        }
    }

    private static Outcome outcome(int status) {
        if (status / 100 == 2) {
            return new Outcome.Delivered();
        }
        return status >= 500 || status == TOO_MANY_REQUESTS
                ? new Outcome.Failed("status " + status)
                : new Outcome.Refused("status " + status);
    }

    private HttpRequest.Builder request(Delivery delivery, URI url) {
        var message = delivery.message();
        var subscription = delivery.subscription();
        var notification = new Notification(delivery, settings.publicUrl());
        var isNotification = message.kind() == Message.Kind.NOTIFICATION;
        var isRaw = isNotification && subscription.isRaw();
        var body = isRaw ? notification.text() : notification.json(keys.signer());
        var request =
                HttpRequest.newBuilder(withoutUser(url))
                        .timeout(ANSWER_LIMIT)
                        .header("x-amz-sns-message-type", message.kind().text())
                        .header("x-amz-sns-message-id", message.id().toString())
                        .header("x-amz-sns-topic-arn", message.topic().toString())
                        .header("Content-Type", delivery.httpPolicy().contentType())
                        .header("User-Agent", "Amazon Simple Notification Service Agent")
                        .header("Accept-Encoding", "gzip,deflate")
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        if (message.kind() != Message.Kind.SUBSCRIPTION_CONFIRMATION) {
            request.header("x-amz-sns-subscription-arn", subscription.arn().toString());
        }
        if (isRaw) {
            request.header("x-amz-sns-rawdelivery", "true");
        }
        return request;
    }

    private static URI withoutUser(URI url) {
        var text = url.toString();
        var user = url.getRawUserInfo();
        var bare = user == null ? text : text.replaceFirst(Pattern.quote(user + "@"), "");
        var fragment = bare.indexOf('#');
        return URI.create(fragment < 0 ? bare : bare.substring(0, fragment));
    }

    private static String basic(URI url) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(url.getUserInfo().getBytes(StandardCharsets.UTF_8));
    }
}
