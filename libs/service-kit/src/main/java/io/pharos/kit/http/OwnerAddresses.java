package io.pharos.kit.http;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.net.URI;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Where each owner listens: `pharos.owner.<name>`, or this very process when that is not set.
@Singleton
public final class OwnerAddresses {
    private final Map<Owner, URI> addresses = new EnumMap<>(Owner.class);
    private final Set<Owner> remote = EnumSet.noneOf(Owner.class);

    public OwnerAddresses(Config config) {
        var port = config.getOptionalValue("quarkus.http.port", Integer.class).orElse(8080);
        for (var owner : Owner.values()) {
            var given = config.getOptionalValue(owner.key(), String.class);
            addresses.put(owner, URI.create(given.orElse("http://127.0.0.1:" + port)));
            if (given.isPresent()) {
                remote.add(owner);
            }
        }
    }

    public URI of(Owner owner) {
        return Objects.requireNonNull(addresses.get(owner));
    }

    /// Whether the owner has an address of its own, so that a call may be forwarded to it.
    boolean isRemote(Owner owner) {
        return remote.contains(owner);
    }
}
