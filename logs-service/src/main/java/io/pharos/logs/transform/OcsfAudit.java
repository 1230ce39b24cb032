package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.logs.transform.OcsfDraft.Kind;
import io.pharos.logs.transform.OcsfDraft.Observable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Audit logs of Kubernetes as Amazon EKS writes them. Which verbs are which activity AWS does not
/// publish, but for `create`: what OCSF calls them decides.
final class OcsfAudit {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Kind API = new Kind("Application Activity", 6, "API Activity", 6003);
    private static final String REASON = "authorization.k8s.io/reason";

    private static final List<Observable> OBSERVABLES =
            List.of(
                    new Observable("actor.user.name", "User Name", 4),
                    new Observable("src_endpoint.ip", "IP Address", 2),
                    new Observable("src_endpoint.intermediate_ips[]", "IP Address", 2),
                    new Observable("http_request.url.path", "URL String", 6),
                    new Observable("resources[].uid", "Resource UID", 10),
                    new Observable("api.request.containers[].image.uid", "Resource UID", 10),
                    new Observable("api.response.containers[].image.uid", "Resource UID", 10));

    private OcsfAudit() {}

    /// Null: the record is none of an audit.
    static @Nullable ObjectNode event(ObjectNode record, String version) {
        var draft = new OcsfDraft(record, version);
        var verb = draft.text("verb");
        var time = OcsfDraft.instant(draft.take("stageTimestamp"));
        if (verb == null || time == null || draft.text("auditID") == null) {
            return null;
        }
        var isBefore15 = draft.isBefore15();
        draft.start(
                API,
                "Amazon EKS",
                isBefore15
                        ? List.of("cloud", "datetime")
                        : List.of("cloud", "datetime", "security_control"));
        draft.put("metadata.product.feature.name", "Elastic Kubernetes Service");
        draft.put("time", time.toEpochMilli());
        draft.put("time_dt", draft.time(time));
        var received = OcsfDraft.instant(draft.take("requestReceivedTimestamp"));
        if (received != null) {
            draft.put("start_time_dt", draft.time(received));
        }
        activity(draft, verb);
        draft.put("actor.user.type_id", 0);
        draft.move(OcsfTable.of("EKSAudit"));
        actor(draft);
        addresses(draft);
        resource(draft);
        containers(draft, "request");
        containers(draft, "response");
        if (!isBefore15) {
            draft.put("action", "Unknown");
            draft.put("action_id", 0);
            draft.move(OcsfTable.of("EKSAudit 1.5"));
            policy(draft);
        }
        return draft.finished(OBSERVABLES);
    }

    private static void activity(OcsfDraft draft, String verb) {
        switch (verb) {
            case "create" -> draft.activity(API, 1, "Create");
            case "get", "list", "watch" -> draft.activity(API, 2, "Read");
            case "update", "patch" -> draft.activity(API, 3, "Update");
            case "delete", "deletecollection" -> draft.activity(API, 4, "Delete");
            default -> draft.activity(API, 99, verb);
        }
    }

    private static void actor(OcsfDraft draft) {
        var groups = draft.raw("user.groups");
        if (groups != null && groups.isArray()) {
            draft.mark("user.groups");
            var list = NODES.arrayNode();
            groups.forEach(group -> list.addObject().put("name", group.asText()));
            draft.set("actor.user.groups", list);
        }
        first(draft, "user.extra.accessKeyId", "actor.session.credential_uid");
        first(draft, "user.extra.canonicalArn", "actor.session.issuer");
        first(draft, "user.extra.sessionName", "actor.session.uid");
        first(draft, "user.extra.arn", "cloud.account.uid");
        if (!draft.isBefore15()) {
            first(draft, "user.extra.principalId", "actor.user.uid_alt");
        }
    }

    private static void first(OcsfDraft draft, String from, String to) {
        var value = draft.takeFirst(from);
        if (value != null) {
            draft.put(to, value);
        }
    }

    /// The client, then the proxies on the way.
    private static void addresses(OcsfDraft draft) {
        var addresses = draft.raw("sourceIPs");
        var client = draft.takeFirst("sourceIPs");
        if (addresses == null || client == null) {
            return;
        }
        draft.put("src_endpoint.ip", client);
        if (addresses.size() > 1) {
            var list = NODES.arrayNode();
            for (var i = 1; i < addresses.size(); i++) {
                list.add(addresses.get(i).asText());
            }
            draft.set("src_endpoint.intermediate_ips", list);
        }
    }

    private static void resource(OcsfDraft draft) {
        var resource = NODES.objectNode();
        for (var name : List.of("namespace", "name", "uid")) {
            put(resource, name, draft.take("objectRef." + name));
        }
        put(resource, "version", draft.take("objectRef.resourceVersion"));
        var type = draft.take("objectRef.resource");
        var part = draft.take("objectRef.subresource");
        put(resource, "type", type == null || part == null ? type : type + "/" + part);
        if (!resource.isEmpty()) {
            draft.set("resources", NODES.arrayNode().add(resource));
        }
    }

    private static void put(ObjectNode into, String name, @Nullable String value) {
        if (value != null) {
            into.put(name, value);
        }
    }

    private static void containers(OcsfDraft draft, String side) {
        var from = side + "Object.spec.containers";
        var containers = draft.raw(from);
        if (containers == null || !containers.isArray()) {
            return;
        }
        for (var name :
                List.of("name", "image", "volumeMounts[].mountPath", "volumeMounts[].name")) {
            draft.mark(from + "[]." + name);
        }
        var list = NODES.arrayNode();
        for (var container : containers) {
            list.add(container(container));
        }
        draft.set("api." + side + ".containers", list);
    }

    private static ObjectNode container(JsonNode from) {
        var container = NODES.objectNode();
        if (from.hasNonNull("name")) {
            container.put("name", from.get("name").asText());
        }
        if (from.hasNonNull("image")) {
            var name = from.get("image").asText();
            var image = container.putObject("image").put("name", name);
            var paths = each(from.path("volumeMounts"), "mountPath");
            if (!paths.isEmpty()) {
                image.put("path", String.join(",", paths));
            }
            image.put("uid", name + String.join(",", each(from.path("volumeMounts"), "name")));
        }
        return container;
    }

    private static List<String> each(JsonNode list, String name) {
        var values = new ArrayList<String>();
        for (var element : list) {
            if (element.hasNonNull(name)) {
                values.add(element.get(name).asText());
            }
        }
        return values;
    }

    /// Why it was allowed: the name of a binding, in a sentence.
    private static void policy(OcsfDraft draft) {
        var annotations = draft.raw("annotations");
        var reason = annotations == null ? "" : annotations.path(REASON).asText();
        if (!reason.isEmpty()) {
            draft.mark("annotations." + REASON);
            draft.put("policy.name", reason);
        }
    }
}
