package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`.
public final class Network {
    static final int V4 = 4;

    private final byte[] base;
    private final int bits;

    private Network(byte[] base, int bits) {
        this.base = base;
        this.bits = bits;
    }

    /// An address alone is a network of one. Null: it is no network.
    public static @Nullable Network parse(String text) {
        var slash = text.indexOf('/');
        var address = address(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        var all = address.length * Byte.SIZE;
        var bits = slash < 0 ? all : Values.number(text.substring(slash + 1));
        return bits >= 0 && bits <= all
                ? new Network(prefix(address, (int) bits), (int) bits)
                : null;
    }

    /// How many bits its addresses share.
    public int bits() {
        return bits;
    }

    /// As [#prefix] of the addresses in it.
    public byte[] base() {
        return base.clone();
    }

    public boolean contains(byte[] address) {
        return address.length == base.length && Arrays.equals(prefix(address, bits), base);
    }

    /// The address with only its first bits.
    public static byte[] prefix(byte[] address, int bits) {
        var prefix = new byte[address.length];
        var whole = bits / Byte.SIZE;
        System.arraycopy(address, 0, prefix, 0, whole);
        if (whole < address.length) {
            prefix[whole] = (byte) (address[whole] & -(1 << Byte.SIZE - bits % Byte.SIZE));
        }
        return prefix;
    }

    /// Its four or sixteen bytes; null: it is no address.
    public static byte @Nullable [] address(String text) {
        return text.indexOf(':') >= 0 ? v6(text) : v4(text);
    }

    private static byte @Nullable [] v4(String text) {
        var address = new byte[V4];
        var part = 0;
        var digits = 0;
        var value = 0;
        for (var i = 0; i <= text.length(); i++) {
            var c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (digits == 0 || value > 255 || part == V4) {
                    return null;
                }
                address[part++] = (byte) value;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9' && digits < 3) {
                value = value * 10 + c - '0';
                digits++;
            } else {
                return null;
            }
        }
        return part == V4 ? address : null;
    }

    /// `2001:db8::1`, `::ffff:10.0.0.1`
    private static byte @Nullable [] v6(String text) {
        var gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return null;
        }
        var head = gap < 0 ? groups(text) : groups(text.substring(0, gap));
        var tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2));
        if (head == null || tail == null) {
            return null;
        }
        var length = head.length + tail.length;
        if (gap < 0 ? length != 16 : length > 14) {
            return null;
        }
        var address = new byte[16];
        System.arraycopy(head, 0, address, 0, head.length);
        System.arraycopy(tail, 0, address, 16 - tail.length, tail.length);
        return address;
    }

    private static byte @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        var parts = text.split(":", -1);
        if (parts.length > 8) {
            return null;
        }
        var bytes = new byte[parts.length * 2 + (text.indexOf('.') >= 0 ? 2 : 0)];
        var at = 0;
        for (var i = 0; i < parts.length; i++) {
            if (parts[i].indexOf('.') >= 0) {
                var v4 = i == parts.length - 1 ? v4(parts[i]) : null;
                if (v4 == null) {
                    return null;
                }
                System.arraycopy(v4, 0, bytes, at, V4);
                return bytes;
            }
            var value = group(parts[i]);
            if (value < 0) {
                return null;
            }
            bytes[at++] = (byte) (value >> 8);
            bytes[at++] = (byte) value;
        }
        return bytes;
    }

    private static int group(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        var value = 0;
        for (var i = 0; i < text.length(); i++) {
            var digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
