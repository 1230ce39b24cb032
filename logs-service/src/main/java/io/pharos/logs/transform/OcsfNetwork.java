package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.logs.transform.OcsfDraft.Kind;
import io.pharos.logs.transform.OcsfDraft.Observable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Flow logs of VPCs, in their default format or as JSON with AWS's names of all fields, and the logs of
/// Route 53's resolver.
final class OcsfNetwork {
    private static final String NETWORK = "Network Activity";
    private static final Kind FLOW = new Kind(NETWORK, 4, NETWORK, 4001);
    private static final Kind DNS = new Kind(NETWORK, 4, "DNS Activity", 4003);
    private static final List<String> PROFILES = List.of("cloud", "security_control", "datetime");

    /// AWS: the default format.
    private static final List<String> COLUMNS =
            List.of(
                    "version",
                    "account_id",
                    "interface_id",
                    "srcaddr",
                    "dstaddr",
                    "srcport",
                    "dstport",
                    "protocol",
                    "packets",
                    "bytes",
                    "start",
                    "end",
                    "action",
                    "log_status");

    private static final List<Observable> FLOW_OBSERVABLES =
            List.of(
                    new Observable("dst_endpoint.intermediate_ips[]", "IP Address", 2),
                    new Observable("src_endpoint.intermediate_ips[]", "IP Address", 2),
                    new Observable("dst_endpoint.ip", "IP Address", 2),
                    new Observable("dst_endpoint.instance_uid", "Resource UID", 10),
                    new Observable("src_endpoint.ip", "IP Address", 2),
                    new Observable("src_endpoint.instance_uid", "Resource UID", 10));

    private static final List<Observable> DNS_OBSERVABLES =
            List.of(
                    new Observable("dst_endpoint.instance_uid", "Resource UID", 10),
                    new Observable("src_endpoint.instance_uid", "Resource UID", 10),
                    new Observable("src_endpoint.ip", "IP Address", 2),
                    new Observable("query.hostname", "Hostname", 1));

    /// What AWS's `traffic-path` is in OCSF, from 1.
    private static final List<String> BOUNDARIES =
            List.of(
                    "Same VPC",
                    "Internet/VPC Gateway",
                    "Virtual Private Gateway",
                    "Intra-region VPC",
                    "Inter-region VPC",
                    "Local Gateway",
                    "Gateway VPC",
                    "Internet Gateway");

    private static final Map<String, String> RCODES =
            Map.ofEntries(
                    Map.entry("NOERROR", "0 NoError"),
                    Map.entry("FORMERR", "1 FormError"),
                    Map.entry("SERVFAIL", "2 ServError"),
                    Map.entry("NXDOMAIN", "3 NXDomain"),
                    Map.entry("NOTIMP", "4 NotImp"),
                    Map.entry("REFUSED", "5 Refused"),
                    Map.entry("YXDOMAIN", "6 YXDomain"),
                    Map.entry("YXRRSET", "7 YXRRSet"),
                    Map.entry("NXRRSET", "8 NXRRSet"),
                    Map.entry("NOTAUTH", "9 NotAuth"),
                    Map.entry("NOTZONE", "10 NotZone"));

    private OcsfNetwork() {}

    /// Null: the text is no record of a flow.
    static @Nullable ObjectNode flow(String text, String version) {
        var raw = text.startsWith("{") ? named(Draft.object(text)) : columns(text);
        if (raw == null) {
            return null;
        }
        var draft = new OcsfDraft(raw, version);
        var start = seconds(draft.take("start"));
        var end = seconds(draft.take("end"));
        if (start == null || end == null) {
            return null;
        }
        draft.start(FLOW, "Amazon VPC", PROFILES);
        draft.put("metadata.product.feature.name", "Flowlogs");
        draft.put("time", start.toEpochMilli());
        draft.put("time_dt", draft.time(start));
        draft.put("start_time_dt", draft.time(start));
        draft.put("end_time_dt", draft.time(end));
        draft.move(OcsfTable.of("VPCFlow"));
        flowAction(draft);
        direction(draft);
        address(draft, "src");
        address(draft, "dst");
        return draft.finished(FLOW_OBSERVABLES);
    }

    private static @Nullable ObjectNode columns(String text) {
        var values = text.strip().split(" ", COLUMNS.size() + 1);
        if (values.length != COLUMNS.size()) {
            return null;
        }
        var raw = JsonNodeFactory.instance.objectNode();
        for (var i = 0; i < values.length; i++) {
            raw.put(COLUMNS.get(i), values[i]);
        }
        return raw;
    }

    /// AWS: names may have `-` or `_`.
    private static @Nullable ObjectNode named(@Nullable ObjectNode given) {
        if (given == null) {
            return null;
        }
        var raw = JsonNodeFactory.instance.objectNode();
        given.forEachEntry((name, value) -> raw.set(name.replace('-', '_'), value));
        return raw;
    }

    private static @Nullable Instant seconds(@Nullable String text) {
        return text != null && text.matches("\\d{1,11}")
                ? Instant.ofEpochSecond(Long.parseLong(text))
                : null;
    }

    private static void flowAction(OcsfDraft draft) {
        var action = String.valueOf(draft.take("action"));
        switch (action) {
            case "ACCEPT" -> {
                draft.activity(FLOW, 6, "Traffic");
                action(draft, 1, "Allowed", "Allowed");
            }
            case "REJECT" -> {
                draft.activity(FLOW, 5, "Refuse");
                action(draft, 2, "Denied", "Blocked");
            }
            default -> {
                draft.activity(FLOW, 0, "Unknown");
                action(draft, 0, "Unknown", "Unknown");
            }
        }
    }

    private static void action(OcsfDraft draft, int id, String name, String disposition) {
        draft.put("action_id", id);
        draft.put("action", name);
        draft.put("disposition", disposition);
    }

    private static void direction(OcsfDraft draft) {
        var path = draft.take("traffic_path");
        var number = path != null && path.matches("[1-8]") ? Integer.parseInt(path) : 0;
        draft.put("connection_info.boundary_id", number > 0 ? number + 3 : path == null ? 0 : 99);
        draft.put(
                "connection_info.boundary",
                number > 0 ? BOUNDARIES.get(number - 1) : path == null ? "Unknown" : path);
        var direction = String.valueOf(draft.take("flow_direction"));
        var isIn = direction.equals("ingress");
        var isOut = direction.equals("egress");
        draft.put("connection_info.direction_id", isIn ? 1 : isOut ? 2 : 0);
        draft.put("connection_info.direction", isIn ? "Inbound" : isOut ? "Outbound" : "Unknown");
        if (isIn || isOut) {
            draft.move(OcsfTable.of("VPCFlow " + direction));
        }
    }

    /// The packet's address, and the interface's when that is another one.
    private static void address(OcsfDraft draft, String side) {
        var own = draft.take(side + "addr");
        var packet = draft.take("pkt_" + side + "addr");
        var ip = packet == null || packet.equals("-") ? own : packet;
        if (ip != null && !ip.equals("-")) {
            draft.put(side + "_endpoint.ip", ip);
        }
        if (own != null && !own.equals("-") && !own.equals(ip)) {
            draft.set(
                    side + "_endpoint.intermediate_ips",
                    JsonNodeFactory.instance.arrayNode().add(own));
        }
    }

    /// Null: the record is none of the resolver's.
    static @Nullable ObjectNode dns(ObjectNode record, String version) {
        var draft = new OcsfDraft(record, version);
        var time = OcsfDraft.instant(draft.take("query_timestamp"));
        if (time == null || draft.text("query_name") == null) {
            return null;
        }
        draft.start(DNS, "Route 53", PROFILES);
        draft.put("metadata.product.feature.name", "Resolver Query Logs");
        draft.activity(DNS, 6, "Traffic");
        draft.put("time", time.toEpochMilli());
        draft.put("time_dt", draft.time(time));
        draft.put("connection_info.direction", "Unknown");
        draft.put("connection_info.direction_id", 0);
        draft.move(OcsfTable.of("Route53Resolver"));
        var rcode = draft.take("rcode");
        if (rcode != null) {
            var known = RCODES.getOrDefault(rcode, "99 " + rcode).split(" ", 2);
            draft.put("rcode_id", Integer.parseInt(known[0]));
            draft.put("rcode", known[1]);
        }
        answers(draft);
        switch (String.valueOf(draft.take("firewall_rule_action"))) {
            case "ALERT" -> action(draft, 1, "Allowed", "Alert");
            case "ALLOW" -> action(draft, 1, "Allowed", "Allowed");
            case "BLOCK" -> action(draft, 2, "Denied", "Blocked");
            default -> action(draft, 0, "Unknown", "Unknown");
        }
        return draft.finished(DNS_OBSERVABLES);
    }

    private static void answers(OcsfDraft draft) {
        var answers = draft.raw("answers");
        if (answers == null || !answers.isArray()) {
            return;
        }
        draft.mark("answers");
        var list = JsonNodeFactory.instance.arrayNode();
        for (var answer : answers) {
            var item = list.addObject();
            for (var name : List.of("Class", "Rdata", "Type")) {
                if (answer.hasNonNull(name)) {
                    item.put(name.toLowerCase(Locale.ROOT), answer.get(name).asText());
                }
            }
        }
        draft.set("answers", list);
    }
}
