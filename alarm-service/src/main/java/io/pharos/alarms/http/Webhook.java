package io.pharos.alarms.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Posts JSON to one address. Does not retry: the caller knows whether and when.
public final class Webhook {
    /// Carries the id of what is posted, the same at every attempt.
    public static final String MESSAGE_ID = "x-pharos-message-id";

    static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /// As much of an answer as is read.
    static final int MAX_ANSWER = 64 << 10;

    private final URI address;
    private final @Nullable String token;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT_LIMIT)
                    .build();

    /// @param token for `Authorization: Bearer`; null for none
    public Webhook(URI address, @Nullable String token) {
        if (!"http".equals(address.getScheme()) && !"https".equals(address.getScheme())) {
            throw new IllegalArgumentException("no address of a webhook: " + address);
        }
        this.address = address;
        this.token = token;
    }

    /// What came back.
    ///
    /// @param status of HTTP; 0 when there was no answer
    /// @param body at most so much of it as is read; the cause when there was no answer
    public record Reply(int status, String body) {
        public boolean isTaken() {
            return status >= 200 && status < 300;
        }

        /// Whether the same may be taken later.
        public boolean isTransient() {
            return status == 0 || status >= 500 || status == 408 || status == 425 || status == 429;
        }

        /// Why it was not taken.
        public String reason() {
            return status == 0 ? body : "The webhook answered " + status + ".";
        }
    }

    /// @param id the same for the same thing, however often it is posted
    public Reply post(String id, String json) {
        var request =
                HttpRequest.newBuilder(address)
                        .timeout(ANSWER_LIMIT)
                        .header("Content-Type", "application/json")
                        .header(MESSAGE_ID, id)
                        .POST(HttpRequest.BodyPublishers.ofString(json));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                var read = body.readNBytes(MAX_ANSWER);
                return new Reply(answer.statusCode(), new String(read, StandardCharsets.UTF_8));
            }
        } catch (IOException away) {
            return new Reply(0, "The webhook does not answer: " + away);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Reply(0, "The webhook was not waited for.");
        }
    }
}
