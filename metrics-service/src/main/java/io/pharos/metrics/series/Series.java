package io.pharos.metrics.series;

import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A metric's identity: everything that makes it another metric. Unit and resolution do not.
public record Series(
        String account, String region, String namespace, String metricName, Dimensions dimensions) {

    public long hash() {
        return SeriesHash.of(account, region, namespace, metricName, dimensions);
    }

    /// SHA-256 of the identity; unlike [#hash()], nobody can make two series share it.
    public byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(
                            SeriesHash.identity(
                                    account, region, namespace, metricName, dimensions));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
