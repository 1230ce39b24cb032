package io.pharos.ingest.access;

import org.eclipse.microprofile.config.Config;

import java.util.Optional;
import java.util.regex.Pattern;

/// @param account `pharos.account`: whose root the first key is; 12 digits
/// @param accessKeyId `pharos.access-key-id`: the first key, made at start; empty when others exist
/// @param trust `pharos.trust`: accept any credentials. Only on loopback: it is refused at start when
///     the server listens elsewhere
/// @param bearerRegion `pharos.bearer-region`: where bearer tokens write, unless the host's name says so
public record AccessConfig(
        String account,
        Optional<String> accessKeyId,
        Optional<String> secretAccessKey,
        boolean trust,
        String bearerRegion) {
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern LOOPBACK = Pattern.compile("127\\..*|localhost|::1");

    public AccessConfig {
        if (!ACCOUNT.matcher(account).matches()) {
            throw new IllegalArgumentException("pharos.account must have 12 digits: " + account);
        }
        if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
            throw new IllegalArgumentException(
                    "pharos.access-key-id and pharos.secret-access-key belong together");
        }
    }

    public static AccessConfig from(Config config) {
        var trust = config.getValue("pharos.trust", Boolean.class);
        var host = config.getValue("quarkus.http.host", String.class);
        if (trust && !LOOPBACK.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "pharos.trust needs quarkus.http.host on loopback, not " + host);
        }
        return new AccessConfig(
                config.getValue("pharos.account", String.class),
                config.getOptionalValue("pharos.access-key-id", String.class),
                config.getOptionalValue("pharos.secret-access-key", String.class),
                trust,
                config.getValue("pharos.bearer-region", String.class));
    }
}
