package io.pharos.events.stream;

import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A place in a shard, as clients carry it: opaque, signed, good for 5 minutes.
public record ShardIterator(
        Tenant tenant, String stream, int generation, int partition, long offset, Instant issued) {
    public static final Duration LIFE = Duration.ofMinutes(5);

    private static final int MAX_LENGTH = 512;
    private static final int MAC_BYTES = 16;
    private static final int PARTS = 7;

    /// The text for clients: at most 512 characters.
    public String encode(byte[] secret) {
        var text =
                String.join(
                        "|",
                        tenant.account(),
                        tenant.region(),
                        stream,
                        Integer.toString(generation),
                        Integer.toString(partition),
                        Long.toString(offset),
                        Long.toString(issued.toEpochMilli()));
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        var signed = Arrays.copyOf(mac(bytes, secret), MAC_BYTES + bytes.length);
        System.arraycopy(bytes, 0, signed, MAC_BYTES, bytes.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    /// @throws InvalidArgumentException not one of ours
    /// @throws ExpiredIteratorException older than 5 minutes
    public static ShardIterator decode(String text, byte[] secret, Instant now) {
        var iterator = read(text, secret);
        var age = Duration.between(iterator.issued, now);
        if (age.compareTo(LIFE) > 0) {
            throw ExpiredIteratorException.builder()
                    .message(
                            "Iterator expired. The iterator was created at time %s while right now it is %s which is further in the future than the tolerated delay of %d milliseconds."
                                    .formatted(iterator.issued, now, LIFE.toMillis()))
                    .build();
        }
        return iterator;
    }

    private static ShardIterator read(String text, byte[] secret) {
        try {
            var signed = Base64.getUrlDecoder().decode(text);
            if (text.length() <= MAX_LENGTH && signed.length > MAC_BYTES) {
                var bytes = Arrays.copyOfRange(signed, MAC_BYTES, signed.length);
                var mac = Arrays.copyOf(signed, MAC_BYTES);
                var parts = new String(bytes, StandardCharsets.US_ASCII).split("\\|", -1);
                if (MessageDigest.isEqual(mac, mac(bytes, secret)) && parts.length == PARTS) {
                    return new ShardIterator(
                            new Tenant(parts[0], parts[1]),
                            parts[2],
                            Integer.parseInt(parts[3]),
                            Integer.parseInt(parts[4]),
                            Long.parseLong(parts[5]),
                            Instant.ofEpochMilli(Long.parseLong(parts[6])));
                }
            }
        } catch (IllegalArgumentException _) {
            // Not base64: refused below.
        }
        throw InvalidArgumentException.builder().message("Invalid ShardIterator.").build();
    }

    private static byte[] mac(byte[] bytes, byte[] secret) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return Arrays.copyOf(mac.doFinal(bytes), MAC_BYTES);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
