package io.pharos.logs.event;

import java.util.List;

/// The fields of lines that AWS's services write, in their order.
public final class VendedColumns {
    /// Route 53's public queries.
    public static final List<String> ROUTE53 =
            List.of(
                    "version",
                    "queryTimestamp",
                    "hostZoneId",
                    "queryName",
                    "queryType",
                    "responseCode",
                    "protocol",
                    "edgeLocation",
                    "resolverIp",
                    "ednsClientSubnet");

    private VendedColumns() {}

    /// VPC flow logs in their default format. AWS calls two of them differently here and there.
    public static List<String> flow(String start, String end) {
        return List.of(
                "version",
                "accountId",
                "interfaceId",
                "srcAddr",
                "dstAddr",
                "srcPort",
                "dstPort",
                "protocol",
                "packets",
                "bytes",
                start,
                end,
                "action",
                "logStatus");
    }
}
