package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.logs.transform.OcsfDraft.Kind;
import io.pharos.logs.transform.OcsfDraft.Observable;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Logs of AWS WAF: requests that a web ACL let through or stopped. Where AWS's mapping and its examples
/// differ, the examples win.
final class OcsfFirewall {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Kind HTTP = new Kind("Network Activity", 4, "HTTP Activity", 4002);
    private static final List<String> METHODS =
            List.of("Connect", "Delete", "Get", "Head", "Options", "Post", "Put", "Trace");
    private static final String DETAILS = "terminatingRuleMatchDetails";
    private static final String RATES = "rateBasedRuleList";
    private static final long MAX_TIME_MS = 253_402_300_799_999L; // of four-digit years

    private static final List<Observable> OBSERVABLES =
            List.of(
                    new Observable("http_request.url.hostname", "Hostname", 1),
                    new Observable("src_endpoint.uid", "Resource UID", 10),
                    new Observable("firewall_rule.uid", "Resource UID", 10),
                    new Observable("src_endpoint.ip", "IP Address", 2));

    private OcsfFirewall() {}

    /// Null: the record is none of a web ACL.
    static @Nullable ObjectNode event(ObjectNode record, String version) {
        var draft = new OcsfDraft(record, version);
        var at = draft.raw("timestamp");
        var request = draft.raw("httpRequest");
        if (at == null
                || !at.canConvertToLong()
                || at.asLong() < 0
                || at.asLong() > MAX_TIME_MS
                || !(request instanceof ObjectNode)
                || draft.text("webaclId") == null) {
            return null;
        }
        draft.mark("timestamp");
        draft.start(HTTP, "AWS WAF", List.of("cloud", "security_control", "datetime"));
        draft.put("metadata.product.feature.name", "WAF");
        draft.put("time", at.asLong());
        draft.put("time_dt", draft.time(Instant.ofEpochMilli(at.asLong())));
        activity(draft);
        action(draft);
        draft.move(OcsfTable.of("AWSWAF"));
        labels(draft);
        rule(draft);
        headers(draft);
        if (!draft.isBefore15()) {
            fingerprints(draft);
        }
        return draft.finished(OBSERVABLES);
    }

    private static void activity(OcsfDraft draft) {
        var method = draft.text("httpRequest.httpMethod");
        if (method == null || method.isEmpty()) {
            draft.activity(HTTP, 0, "Unknown");
            return;
        }
        var name =
                method.substring(0, 1).toUpperCase(Locale.ROOT)
                        + method.substring(1).toLowerCase(Locale.ROOT);
        var place = METHODS.indexOf(name);
        draft.activity(HTTP, place < 0 ? 99 : place + 1, place < 0 ? method : name);
    }

    private static void action(OcsfDraft draft) {
        switch (String.valueOf(draft.take("action"))) {
            case "ALLOW" -> action(draft, 1, "Allowed", 1, "Allowed");
            case "BLOCK" -> action(draft, 2, "Denied", 2, "Blocked");
            case "COUNT" -> action(draft, 1, "Allowed", 20, "Count");
            case "CAPTCHA" -> action(draft, 99, "Other", 22, "Captcha");
            case "CHALLENGE" -> action(draft, 99, "Other", 23, "Challenge");
            default -> action(draft, 0, "Unknown", 0, "Unknown");
        }
    }

    private static void action(
            OcsfDraft draft, int id, String name, int dispositionId, String disposition) {
        draft.put("action_id", id);
        draft.put("action", name);
        draft.put("disposition_id", dispositionId);
        draft.put("disposition", disposition);
    }

    private static void labels(OcsfDraft draft) {
        var labels = draft.raw("labels");
        if (labels == null || !labels.isArray() || labels.isEmpty()) {
            return;
        }
        draft.mark("labels");
        var list = NODES.arrayNode();
        labels.forEach(
                label -> list.add(label.isObject() ? label.path("name").asText() : label.asText()));
        draft.set("metadata.labels", list);
    }

    private static void rule(OcsfDraft draft) {
        first(draft, DETAILS, "conditionType", "firewall_rule.condition");
        first(draft, DETAILS, "location", "firewall_rule.match_location");
        first(draft, DETAILS, "matchedData", "firewall_rule.match_details");
        first(draft, RATES, "maxRateAllowed", "firewall_rule.rate_limit");
        if (!draft.isBefore15()) {
            first(draft, DETAILS, "sensitivityLevel", "firewall_rule.sensitivity");
            first(draft, RATES, "rateBasedRuleName", "firewall_rule.name");
        }
    }

    /// Of the first element alone: OCSF has room for one. With more of them, all stay unmapped as well.
    private static void first(OcsfDraft draft, String list, String name, String to) {
        var elements = draft.raw(list);
        var value = elements == null ? null : elements.path(0).get(name);
        if (elements == null || value == null || value.isNull()) {
            return;
        }
        if (elements.size() == 1) {
            draft.mark(list + "[]." + name);
        }
        draft.set(to, value);
    }

    private static void headers(OcsfDraft draft) {
        var all = NODES.arrayNode();
        headers(draft, "httpRequest.headers", all);
        headers(draft, "requestHeadersInserted", all);
        if (!all.isEmpty()) {
            draft.set("http_request.http_headers", all);
        }
        for (var header : all) {
            var value = header.path("value").asText();
            switch (header.path("name").asText().toLowerCase(Locale.ROOT)) {
                case "user-agent" -> draft.put("http_request.user_agent", value);
                case "host" -> draft.put("http_request.url.hostname", value);
                case "referer" -> draft.put("http_request.referrer", value);
                case "x-forwarded-for" -> {
                    var addresses = NODES.arrayNode();
                    List.of(value.split(",")).forEach(address -> addresses.add(address.strip()));
                    draft.set("http_request.x_forwarded_for", addresses);
                }
                default -> {
                    // It is in the list.
                }
            }
        }
    }

    private static void headers(OcsfDraft draft, String from, ArrayNode into) {
        var headers = draft.raw(from);
        if (headers == null || !headers.isArray()) {
            return;
        }
        draft.mark(from);
        for (JsonNode header : headers) {
            into.addObject()
                    .put("name", header.path("name").asText())
                    .put("value", header.path("value").asText());
        }
    }

    /// What a TLS handshake looked like. The second and third character of a JA4 are its version.
    private static void fingerprints(OcsfDraft draft) {
        var ja4 = draft.take("ja4Fingerprint");
        if (ja4 == null) {
            return;
        }
        var list = NODES.arrayNode();
        list.addObject().put("type_id", 1).put("type", "JA4").put("value", ja4);
        draft.set("ja4_fingerprint_list", list);
        var ja3 = draft.take("ja3Fingerprint");
        if (ja3 != null) {
            draft.put("tls.ja3_hash.algorithm", "MD5");
            draft.put("tls.ja3_hash.algorithm_id", 1);
            draft.put("tls.ja3_hash.value", ja3);
            if (ja4.matches("[tq]1\\d.*")) {
                draft.put("tls.version", ja4.charAt(1) + "." + ja4.charAt(2));
            }
        }
    }
}
