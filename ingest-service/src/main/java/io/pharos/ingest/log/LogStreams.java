package io.pharos.ingest.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.kit.http.InternalHttp;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

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
    public record Found(
            boolean groupExists, boolean streamExists, @Nullable Integer retentionDays) {}

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
        throw new UnsupportedOperationException(name + " " + http);
    }
}
