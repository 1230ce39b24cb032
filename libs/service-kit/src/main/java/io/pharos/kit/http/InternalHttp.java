package io.pharos.kit.http;

import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Calls between services over HTTP, signed with [InternalIdentity].
@Singleton
public final class InternalHttp {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final Tenant NOBODY = new Tenant("000000000000", "us-east-1");

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .build();
    private final OwnerAddresses addresses;
    private final InternalIdentity identity;
    private final InstantSource clock;

    InternalHttp(OwnerAddresses addresses, InternalIdentity identity, InstantSource clock) {
        this.addresses = addresses;
        this.identity = identity;
        this.clock = clock;
    }

    /// Asks an [InternalRoute] of another service.
    ///
    /// @throws UnreachableException when there is no good answer in time; the same may work later
    public byte[] ask(Owner owner, String path, byte[] request) {
        var now = clock.instant();
        var service =
                new Caller(
                        NOBODY,
                        "pharos",
                        "arn:aws:iam::000000000000:root",
                        UUID.randomUUID().toString(),
                        now,
                        "pharos.amazonaws.com",
                        "pharos");
        var response = send(owner, "POST", "/_pharos/" + path, request, service);
        if (response.statusCode() != 200) {
            throw new UnreachableException(owner + " answered " + response.statusCode());
        }
        return response.body();
    }

    HttpResponse<byte[]> send(
            Owner owner,
            String method,
            String pathAndQuery,
            byte[] body,
            Caller caller,
            String... headers) {
        var request = request(owner, method, pathAndQuery, body, caller, headers);
        try {
            return http.send(
                    request.timeout(ANSWER_LIMIT).build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UnreachableException(owner + " can not be reached: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted");
        }
    }

    /// The same, for an answer that may go on for hours: only its beginning is waited for.
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> open(
            Owner owner,
            String method,
            String pathAndQuery,
            byte[] body,
            Caller caller,
            String... headers) {
        var opening =
                http.sendAsync(
                        request(owner, method, pathAndQuery, body, caller, headers).build(),
                        HttpResponse.BodyHandlers.ofPublisher());
        try {
            return opening.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            opening.cancel(true);
            throw new UnreachableException(owner + " can not be reached: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            opening.cancel(true);
            throw new UnreachableException("interrupted");
        }
    }

    private HttpRequest.Builder request(
            Owner owner,
            String method,
            String pathAndQuery,
            byte[] body,
            Caller caller,
            String... headers) {
        var request =
                HttpRequest.newBuilder(addresses.of(owner).resolve(pathAndQuery))
                        .method(method, BodyPublishers.ofByteArray(body));
        identity.sign(caller, method, pathAndQuery, body, clock.instant()).forEach(request::header);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    /// Another service gave no good answer.
    public static final class UnreachableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message) {
            super(message);
        }
    }
}
