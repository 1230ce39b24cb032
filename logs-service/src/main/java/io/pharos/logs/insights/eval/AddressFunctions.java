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

    private AddressFunctions() {}

    static Map<String, Function> all() {
        var all = new HashMap<String, Function>();
        all.put("isvalidip", Function.condition(text -> Network.address(text) != null));
        all.put("isvalidipv4", Function.condition(text -> isV4(Network.address(text))));
        all.put("isvalidipv6", Function.condition(text -> isV6(Network.address(text))));
        all.put("isipinsubnet", Function.conditions(AddressFunctions::isIn));
        all.put(
                "isipv4insubnet",
                Function.conditions((text, net) -> isV4(Network.address(text)) && isIn(text, net)));
        all.put(
                "isipv6insubnet",
                Function.conditions((text, net) -> isV6(Network.address(text)) && isIn(text, net)));
        all.put("ipv4tonumber", Function.text(AddressFunctions::toNumber));
        all.put("isprivateip", Function.condition(text -> isInAny(text, PRIVATE)));
        all.put("isreservedip", Function.condition(text -> isInAny(text, RESERVED)));
        all.put(
                "ispublicip",
                Function.condition(text ->
                        Network.address(text) != null
                                && !isInAny(text, PRIVATE)
                                && !isInAny(text, RESERVED)));
        return all;
    }

    private static boolean isV4(byte @Nullable [] address) {
        return address != null && address.length == Network.V4;
    }

    private static boolean isV6(byte @Nullable [] address) {
        return address != null && address.length != Network.V4;
    }

    private static @Nullable Object toNumber(String text) {
        var address = Network.address(text);
        if (address == null || address.length != Network.V4) {
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
        var net = network.indexOf('/') < 0 ? null : Network.parse(network);
        var address = Network.address(text);
        return net != null && address != null && net.contains(address);
    }
}
