package io.pharos.metrics.metricstream.http;

import io.pharos.metrics.metricstream.Destination;
import io.pharos.metrics.metricstream.pg.StreamOutbox.Outcome;
import io.pharos.metrics.metricstream.pg.StreamOutbox.Outgoing;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Puts records to delivery streams at the endpoint `pharos.metrics.firehose-endpoint`, with the
/// credentials of the AWS SDK's default chain. Without the setting there is no Firehose.
@Singleton
public final class FirehoseSender {
    private static final Logger LOG = Logger.getLogger(FirehoseSender.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /// AWS: a PutRecordBatch takes 500 records and 4 MiB.
    static final int MAX_BATCH_BYTES = 3 << 20;

    private final @Nullable URI endpoint;
    private final Map<String, FirehoseClient> byRegion = new ConcurrentHashMap<>();

    @Inject
    FirehoseSender(Config config) {
        this(config.getOptionalValue("pharos.metrics.firehose-endpoint", URI.class).orElse(null));
    }

    /// @param endpoint null without a Firehose
    public FirehoseSender(@Nullable URI endpoint) {
        this.endpoint = endpoint;
    }

    public boolean isConfigured() {
        return endpoint != null;
    }

    /// @return in the order of the records
    public List<Outcome> send(Destination destination, List<Outgoing> records) {
        var outcomes = new ArrayList<>(Collections.nCopies(records.size(), Outcome.FAILED));
        if (endpoint == null) {
            return outcomes;
        }
        var client = byRegion.computeIfAbsent(destination.owner().region(), this::client);
        for (var from = 0; from < records.size(); ) {
            var to = from;
            var bytes = 0;
            while (to < records.size() && (to == from || bytes < MAX_BATCH_BYTES)) {
                bytes += records.get(to++).body().length;
            }
            if (!send(client, destination.name(), records, outcomes, from, to)) {
                return outcomes; // the rest would fare alike
            }
            from = to;
        }
        return outcomes;
    }

    private static boolean send(
            FirehoseClient client,
            String name,
            List<Outgoing> records,
            List<Outcome> outcomes,
            int from,
            int to) {
        try {
            var answer =
                    client.putRecordBatch(r ->
                            r.deliveryStreamName(name)
                                    .records(
                                            records.subList(from, to).stream()
                                                    .map(FirehoseSender::record)
                                                    .toList()));
            for (var i = from; i < to; i++) {
                if (answer.requestResponses().get(i - from).errorCode() == null) {
                    outcomes.set(i, Outcome.DONE);
                }
            }
            return true;
        } catch (SdkException failure) {
            LOG.warnf("firehose took no records: stream=%s cause=%s", name, failure.toString());
            return false;
        }
    }

    private static Record record(Outgoing outgoing) {
        return Record.builder().data(SdkBytes.fromByteArrayUnsafe(outgoing.body())).build();
    }

    private FirehoseClient client(String region) {
        return FirehoseClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .httpClientBuilder(
                        UrlConnectionHttpClient.builder()
                                .connectionTimeout(CONNECT_LIMIT)
                                .socketTimeout(ANSWER_LIMIT))
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    @PreDestroy
    void close() {
        byRegion.values().forEach(FirehoseClient::close);
    }
}
