package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Functions of IP addresses. What is no address is in no network.
final class AddressFunctions {
    private static final List<String> PRIVATE =
            List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");
    private static final List<String> RESERVED =
            List.of(
                    "0.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "::1/128",
                    "fe80::/10",
                    "ff00::/8",
                    "2001:db8::/32");
    private static final int V4 = 4;

    private AddressFunctions() {}

    static Map<String, Function> all() {
        var all = new HashMap<String, Function>();
        all.put("isvalidip", Function.condition(text -> address(text) != null));
        all.put("isvalidipv4", Function.condition(text -> isV4(address(text))));
        all.put("isvalidipv6", Function.condition(text -> isV6(address(text))));
        all.put("isipinsubnet", Function.conditions(AddressFunctions::isIn));
        all.put(
                "isipv4insubnet",
                Function.conditions((text, net) -> isV4(address(text)) && isIn(text, net)));
        all.put(
                "isipv6insubnet",
                Function.conditions((text, net) -> isV6(address(text)) && isIn(text, net)));
        all.put("ipv4tonumber", Function.text(AddressFunctions::toNumber));
        all.put("isprivateip", Function.condition(text -> isInAny(text, PRIVATE)));
        all.put("isreservedip", Function.condition(text -> isInAny(text, RESERVED)));
        all.put(
                "ispublicip",
                Function.condition(text ->
                        address(text) != null
                                && !isInAny(text, PRIVATE)
                                && !isInAny(text, RESERVED)));
        return all;
    }

    private static boolean isV4(byte @Nullable [] address) {
        return address != null && address.length == V4;
    }

    private static boolean isV6(byte @Nullable [] address) {
        return address != null && address.length != V4;
    }

    private static @Nullable Object toNumber(String text) {
        var address = address(text);
        if (address == null || address.length != V4) {
            return null;
        }
        var number = 0L;
        for (var part : address) {
            number = number << 8 | part & 0xFF;
        }
        return (double) number;
    }

    private static boolean isInAny(String text, List<String> networks) {
        return networks.stream().anyMatch(network -> isIn(text, network));
    }

    private static boolean isIn(String text, String network) {
        var slash = network.indexOf('/');
        if (slash < 0) {
            return false;
        }
        var address = address(text);
        var base = address(network.substring(0, slash));
        var bits = Values.number(network.substring(slash + 1));
        if (address == null
                || base == null
                || address.length != base.length
                || !(bits >= 0 && bits <= address.length * 8)) {
            return false;
        }
        for (var bit = 0; bit < (int) bits; bit++) {
            var mask = 0x80 >> (bit & 7);
            if ((address[bit >> 3] & mask) != (base[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] address(String text) {
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
