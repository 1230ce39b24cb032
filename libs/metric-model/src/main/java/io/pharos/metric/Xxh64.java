package io.pharos.metric;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// XXH64 with seed 0, as published with the xxHash specification.
final class Xxh64 {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;
    private static final long P1_PLUS_P2 = 0x60EA27EEADC0B5D6L; // wraps
    private static final int STRIPE = 32;

    private Xxh64() {}

    static long hash(byte[] input, int length) {
        var at = 0;
        long hash;
        if (length >= STRIPE) {
            var v1 = P1_PLUS_P2;
            var v2 = P2;
            var v3 = 0L;
            var v4 = -P1;
            for (; at <= length - STRIPE; at += STRIPE) {
                v1 = round(v1, (long) LONGS.get(input, at));
                v2 = round(v2, (long) LONGS.get(input, at + 8));
                v3 = round(v3, (long) LONGS.get(input, at + 16));
                v4 = round(v4, (long) LONGS.get(input, at + 24));
            }
            hash =
                    Long.rotateLeft(v1, 1)
                            + Long.rotateLeft(v2, 7)
                            + Long.rotateLeft(v3, 12)
                            + Long.rotateLeft(v4, 18);
            hash = mergeRound(hash, v1);
            hash = mergeRound(hash, v2);
            hash = mergeRound(hash, v3);
            hash = mergeRound(hash, v4);
        } else {
            hash = P5;
        }
        return avalanche(tail(hash + length, input, at, length));
    }

    private static long tail(long start, byte[] input, int from, int length) {
        var hash = start;
        var at = from;
        for (; at <= length - 8; at += 8) {
            hash ^= round(0, (long) LONGS.get(input, at));
            hash = Long.rotateLeft(hash, 27) * P1 + P4;
        }
        if (at <= length - 4) {
            hash ^= ((int) INTS.get(input, at) & 0xFFFFFFFFL) * P1;
            hash = Long.rotateLeft(hash, 23) * P2 + P3;
            at += 4;
        }
        for (; at < length; at++) {
            hash ^= (input[at] & 0xFF) * P5;
            hash = Long.rotateLeft(hash, 11) * P1;
        }
        return hash;
    }

    private static long avalanche(long start) {
        var hash = start;
        hash ^= hash >>> 33;
        hash *= P2;
        hash ^= hash >>> 29;
        hash *= P3;
        return hash ^ (hash >>> 32);
    }

    private static long round(long accumulator, long lane) {
        return Long.rotateLeft(accumulator + lane * P2, 31) * P1;
    }

    private static long mergeRound(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * P1 + P4;
    }
}
