package io.pharos.metrics.series;

import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// A metric's identity: everything that makes it another metric. Unit and resolution do not.
public record Series(
        String account, String region, String namespace, String metricName, Dimensions dimensions) {

    public long hash() {
        return SeriesHash.of(account, region, namespace, metricName, dimensions);
    }

    /// The first half of the identity's SHA-256; unlike [#hash()], nobody can make a series share it with one
    /// that is there.
    public UUID digest() {
        try {
            var digest =
                    ByteBuffer.wrap(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(
                                            SeriesHash.identity(
                                                    account,
                                                    region,
                                                    namespace,
                                                    metricName,
                                                    dimensions)));
            return new UUID(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
