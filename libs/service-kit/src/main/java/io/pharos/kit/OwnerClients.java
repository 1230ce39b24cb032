package io.pharos.kit;

import io.pharos.kit.http.InternalIdentity;
import io.pharos.kit.http.Owner;
import io.pharos.kit.http.OwnerAddresses;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.sns.SnsClient;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The SDK's clients for calls from one service to the API of another: at the owner's address, signed
/// as Pharos itself on behalf of a tenant. In standalone the address is the process's own. Failed
/// calls are not retried here: the caller knows whether and when.
@Singleton
public class OwnerClients {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final int MAX_CLIENTS = 1_000;

    private final Map<Object, SdkClient> clients = new ConcurrentHashMap<>();
    private final SdkHttpClient http =
            UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_LIMIT)
                    .socketTimeout(ANSWER_LIMIT)
                    .build();
    private final OwnerAddresses addresses;
    private final InternalIdentity identity;
    private final InstantSource clock;

    public OwnerClients(OwnerAddresses addresses, InternalIdentity identity, InstantSource clock) {
        this.addresses = addresses;
        this.identity = identity;
        this.clock = clock;
    }

    private record Key(Class<?> type, Owner owner, Tenant tenant, String service) {}

    /// A shared client; not to be closed by the caller.
    ///
    /// @param service how the caller is named to the owner, e.g. `alarms.amazonaws.com`
    public <C extends SdkClient> C client(Class<C> type, Tenant tenant, String service) {
        return client(type, owner(type), tenant, service);
    }

    /// CloudWatch's operations about alarms, which have another owner than those about metrics.
    public CloudWatchClient alarms(Tenant tenant, String service) {
        return client(CloudWatchClient.class, Owner.ALARMS, tenant, service);
    }

    /// CloudWatch's operations about Contributor Insights rules, which count log events.
    public CloudWatchClient insightRules(Tenant tenant, String service) {
        return client(CloudWatchClient.class, Owner.LOGS, tenant, service);
    }

    private static Owner owner(Class<?> type) {
        if (type == CloudWatchClient.class) {
            return Owner.METRICS;
        }
        return type == CloudWatchLogsClient.class ? Owner.LOGS : Owner.EVENTS;
    }

    private <C extends SdkClient> C client(
            Class<C> type, Owner owner, Tenant tenant, String service) {
        if (clients.size() > MAX_CLIENTS) {
            // Cheap to make again; what is in use stays usable, since the HTTP client is shared.
            clients.clear();
        }
        var client =
                clients.computeIfAbsent(
                        new Key(type, owner, tenant, service),
                        _ -> make(type, owner, tenant, service));
        return type.cast(client);
    }

    private SdkClient make(Class<?> type, Owner owner, Tenant tenant, String service) {
        if (type == CloudWatchClient.class) {
            return build(CloudWatchClient.builder(), owner, tenant, service);
        } else if (type == CloudWatchLogsClient.class) {
            return build(CloudWatchLogsClient.builder(), owner, tenant, service);
        } else if (type == EventBridgeClient.class) {
            return build(EventBridgeClient.builder(), owner, tenant, service);
        } else if (type == CloudTrailClient.class) {
            return build(CloudTrailClient.builder(), owner, tenant, service);
        } else if (type == SnsClient.class) {
            return build(SnsClient.builder(), owner, tenant, service);
        } else if (type == KinesisClient.class) {
            return build(KinesisClient.builder(), owner, tenant, service);
        }
        throw new IllegalArgumentException("no owner for " + type.getName());
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C extends SdkClient>
            C build(B builder, Owner owner, Tenant tenant, String service) {
        URI address = addresses.of(owner);
        return builder.endpointOverride(address)
                .region(Region.of(tenant.region()))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClient(new VouchingHttp(tenant, service))
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    /// Adds the internal identity to a request that is otherwise unsigned. It does so last, where the
    /// request is what goes out: for the Query protocol the SDK moves parameters into the body only
    /// after its interceptors have run.
    private final class VouchingHttp implements SdkHttpClient {
        private final Tenant tenant;
        private final String service;

        VouchingHttp(Tenant tenant, String service) {
            this.tenant = tenant;
            this.service = service;
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest execution) {
            var request = execution.httpRequest();
            var now = clock.instant();
            var caller =
                    new Caller(
                            tenant,
                            service,
                            "arn:aws:iam::" + tenant.account() + ":root",
                            UUID.randomUUID().toString(),
                            now,
                            service,
                            service);
            var path = request.encodedPath().isEmpty() ? "/" : request.encodedPath();
            var query = request.encodedQueryParameters().map(q -> "?" + q).orElse("");
            var signed =
                    identity.sign(
                            caller, request.method().name(), path + query, body(execution), now);
            var vouched =
                    request.toBuilder().applyMutation(to -> signed.forEach(to::putHeader)).build();
            return http.prepareRequest(
                    HttpExecuteRequest.builder()
                            .request(vouched)
                            .contentStreamProvider(execution.contentStreamProvider().orElse(null))
                            .metricCollector(execution.metricCollector().orElse(null))
                            .build());
        }

        private static byte[] body(HttpExecuteRequest execution) {
            if (execution.contentStreamProvider().isEmpty()) {
                return new byte[0];
            }
            try (InputStream in = execution.contentStreamProvider().get().newStream()) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String clientName() {
            return http.clientName();
        }

        /// The one behind it is shared.
        @Override
        public void close() {}
    }

    @PreDestroy
    void close() {
        clients.values().forEach(SdkClient::close);
        http.close();
    }
}
