package io.pharos.metrics.series;

import java.security.SecureRandom;

/// Keyed hashes of texts and of their sequences: what tells two series of the same public hash apart
/// without keeping their texts. The key is made anew in every process and never leaves it, so nobody can
/// choose two series that share both hashes; by chance it takes one of 2^64 for each pair.
///
/// Texts: SipHash-2-4 over their UTF-16 code units. Sequences: [#then] one after the other.
public final class IdentityKey {
    private final long k0;
    private final long k1;

    public IdentityKey() {
        var random = new SecureRandom();
        k0 = random.nextLong();
        k1 = random.nextLong();
    }

    /// The key of a text.
    public long of(String text) {
        var v0 = k0 ^ 0x736f6d6570736575L;
        var v1 = k1 ^ 0x646f72616e646f6dL;
        var v2 = k0 ^ 0x6c7967656e657261L;
        var v3 = k1 ^ 0x7465646279746573L;
        var length = text.length();
        // The length goes first, so that a text padded with zeros is another.
        for (var at = -4; at < length; at += 4) {
            var word = at < 0 ? length : word(text, at, length);
            v3 ^= word;
            for (var round = 0; round < 2; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        v2 ^= 0xff;
        for (var round = 0; round < 4; round++) {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long word(String text, int at, int length) {
        var word = 0L;
        for (var i = at; i < Math.min(at + 4, length); i++) {
            word |= (long) text.charAt(i) << (16 * (i - at));
        }
        return word;
    }

    /// The key of a sequence and one text more.
    public long then(long sequence, long text) {
        var mixed = (sequence ^ k1) * 0x9E3779B97F4A7C15L + text;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }
}
