package io.pharos.ingest.log.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.http.InternalHttp;
import io.pharos.kit.http.Owner;
import io.pharos.stream.LogStreamAnswer;
import io.pharos.stream.LogStreamQuery;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.ServiceUnavailableException;

import java.time.Duration;

/// Whether log groups and streams exist, as logs-service knows: asked over HTTP, remembered for a
/// moment. Only what exists is remembered, so a stream can be written as soon as it is made; one that
/// was deleted is refused within [#STALENESS], and its events are dropped where they would be stored.
@Singleton
public final class LogStreams {
    static final Duration STALENESS = Duration.ofSeconds(1);
    private static final int CACHED = 100_000;

    private final Cache<Name, Found> cache =
            Caffeine.newBuilder().maximumSize(CACHED).expireAfterWrite(STALENESS).build();
    private final InternalHttp http;

    LogStreams(InternalHttp http) {
        this.http = http;
    }

    private record Name(Tenant tenant, String group, String stream) {}

    /// @param retentionDays null when the group's events never expire
    /// @param refusesEntities whether the group's class keeps no entities
    /// @param takesBearerTokens whether API keys may write into the group
    public record Found(
            boolean groupExists,
            boolean streamExists,
            @Nullable Integer retentionDays,
            boolean refusesEntities,
            boolean takesBearerTokens) {}

    public Found find(Tenant tenant, String group, String stream) {
        var name = new Name(tenant, group, stream);
        var known = cache.getIfPresent(name);
        if (known != null) {
            return known;
        }
        var found = ask(name);
        if (found.streamExists()) {
            cache.put(name, found);
        }
        return found;
    }

    private Found ask(Name name) {
        var query =
                LogStreamQuery.newBuilder()
                        .setAccount(name.tenant().account())
                        .setRegion(name.tenant().region())
                        .setLogGroup(name.group())
                        .setLogStream(name.stream())
                        .build();
        try {
            var answer =
                    LogStreamAnswer.parseFrom(
                            http.ask(Owner.LOGS, "logs/streams", query.toByteArray()));
            return new Found(
                    answer.getGroupExists(),
                    answer.getStreamExists(),
                    answer.hasRetentionDays() ? answer.getRetentionDays() : null,
                    answer.getRefusesEntities(),
                    answer.getTakesBearerTokens());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("logs-service answered something else", e);
        } catch (InternalHttp.UnreachableException e) {
            throw ServiceUnavailableException.builder()
                    .message("The service cannot complete the request.")
                    .build();
        }
    }
}
