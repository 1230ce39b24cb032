package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.logs.transform.OcsfDraft.Kind;
import io.pharos.logs.transform.OcsfDraft.Observable;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Records of CloudTrail: sign-ins and assumed roles are authentications, changes of IAM are changes of
/// accounts, all others API activity. Which verbs are which activity AWS does not publish: what OCSF calls
/// them decides.
final class OcsfCloudTrail {
    private static final Kind API = new Kind("Application Activity", 6, "API Activity", 6003);
    private static final String IAM = "Identity & Access Management";
    private static final Kind ACCOUNT = new Kind(IAM, 3, "Account Change", 3001);
    private static final Kind AUTHENTICATION = new Kind(IAM, 3, "Authentication", 3002);
    private static final String ALL_CATEGORIES = "Management, Data, and Insights";

    private static final List<Observable> OBSERVABLES =
            List.of(
                    new Observable("actor.user.name", "User Name", 4),
                    new Observable("src_endpoint.ip", "IP Address", 2),
                    new Observable("src_endpoint.domain", "Hostname", 1),
                    new Observable("user.name", "User Name", 4));

    private record Activity(int id, String name) {}

    /// The first one that a name starts with.
    private static final Map<String, Activity> API_VERBS = new LinkedHashMap<>();

    private static final Map<String, Activity> ACCOUNT_VERBS = new LinkedHashMap<>();

    private static void verbs(Map<String, Activity> of, int id, String name, String... starts) {
        for (var start : starts) {
            of.put(start, new Activity(id, name));
        }
    }

    static {
        verbs(API_VERBS, 1, "Create", "Create", "Run", "Allocate", "Generate", "Copy", "Import");
        verbs(API_VERBS, 2, "Read", "Describe", "Get", "List", "Lookup", "Search", "Head");
        verbs(API_VERBS, 2, "Read", "BatchGet", "Query", "Scan", "Select", "View", "Filter");
        verbs(API_VERBS, 4, "Delete", "Delete", "Terminate", "BatchDelete", "Release");
        verbs(API_VERBS, 3, "Update", "Update", "Put", "Modify", "Set", "Add", "Remove");
        verbs(API_VERBS, 3, "Update", "Attach", "Detach", "Associate", "Disassociate", "Tag");
        verbs(API_VERBS, 3, "Update", "Untag", "Enable", "Disable", "Register", "Deregister");
        verbs(API_VERBS, 3, "Update", "Start", "Stop", "Reboot", "Change", "Replace", "Reset");
        verbs(ACCOUNT_VERBS, 10, "MFA Factor Enable", "EnableMFADevice", "ResyncMFADevice");
        verbs(ACCOUNT_VERBS, 11, "MFA Factor Disable", "DeactivateMFADevice");
        verbs(ACCOUNT_VERBS, 3, "Password Change", "ChangePassword", "UpdateLoginProfile");
        verbs(ACCOUNT_VERBS, 7, "Attach Policy", "Attach", "PutUserPolicy", "PutRolePolicy");
        verbs(ACCOUNT_VERBS, 7, "Attach Policy", "PutGroupPolicy");
        verbs(ACCOUNT_VERBS, 8, "Detach Policy", "Detach", "DeleteUserPolicy");
        verbs(ACCOUNT_VERBS, 8, "Detach Policy", "DeleteRolePolicy", "DeleteGroupPolicy");
        verbs(ACCOUNT_VERBS, 1, "Create", "Create");
        verbs(ACCOUNT_VERBS, 6, "Delete", "Delete");
    }

    private OcsfCloudTrail() {}

    /// Null: the record is none of CloudTrail's.
    static @Nullable ObjectNode event(ObjectNode record, String version) {
        var draft = new OcsfDraft(record, version);
        var name = draft.text("eventName");
        var time = OcsfDraft.instant(draft.text("eventTime"));
        if (name == null || time == null || draft.text("eventSource") == null) {
            return null;
        }
        var kind = kind(draft, name);
        draft.start(kind, "CloudTrail", List.of("cloud", "datetime"));
        draft.mark("eventTime");
        draft.put("time", time.toEpochMilli());
        draft.put("time_dt", draft.time(time));
        draft.move(OcsfTable.of("CloudTrail"));
        if (!draft.isBefore15()) {
            draft.move(OcsfTable.of("CloudTrail 1.5"));
        }
        actor(draft);
        var category = draft.take("eventCategory");
        draft.put("metadata.product.feature.name", category == null ? ALL_CATEGORIES : category);
        endpoint(draft);
        switch (kind.id()) {
            case 3001 -> accountChange(draft, name);
            case 3002 -> authentication(draft, name);
            default -> {
                activity(draft, API, API_VERBS, name);
                draft.put("status", draft.has("api.response.error") ? "Failure" : "Success");
                resources(draft);
            }
        }
        return draft.finished(OBSERVABLES);
    }

    private static Kind kind(OcsfDraft draft, String name) {
        var service = String.valueOf(draft.text("eventSource"));
        if (service.equals("signin.amazonaws.com")
                || (service.equals("sts.amazonaws.com") && name.startsWith("AssumeRole"))) {
            return AUTHENTICATION;
        }
        var isReading =
                name.startsWith("Get")
                        || name.startsWith("List")
                        || name.startsWith("Generate")
                        || name.startsWith("Simulate");
        return service.equals("iam.amazonaws.com") && !isReading ? ACCOUNT : API;
    }

    /// What stands in for what is missing of who acts.
    private static void actor(OcsfDraft draft) {
        var created =
                OcsfDraft.instant(
                        draft.text("userIdentity.sessionContext.attributes.creationDate"));
        if (created != null) {
            draft.mark("userIdentity.sessionContext.attributes.creationDate");
            draft.put("actor.session.created_time_dt", draft.time(created));
        }
        instead(draft, "actor.user.credential_uid", "userIdentity.credentialId");
        instead(draft, "actor.user.name", "additionalEventData.UserName");
        instead(draft, "actor.user.uid_alt", "userIdentity.onBehalfOf.userId");
        draft.move("userIdentity.onBehalfOf.identityStoreArn", "actor.idp.uid");
    }

    private static void instead(OcsfDraft draft, String to, String from) {
        if (!draft.has(to)) {
            draft.move(from, to);
        }
    }

    /// An address, or the name of a service.
    private static void endpoint(OcsfDraft draft) {
        var from = draft.take("sourceIPAddress");
        if (from != null) {
            var isAddress = from.indexOf(':') >= 0 || from.matches("\\d{1,3}(\\.\\d{1,3}){3}");
            draft.put(isAddress ? "src_endpoint.ip" : "src_endpoint.domain", from);
        }
    }

    private static void activity(
            OcsfDraft draft, Kind kind, Map<String, Activity> verbs, String name) {
        for (var verb : verbs.entrySet()) {
            if (name.startsWith(verb.getKey())) {
                draft.activity(kind, verb.getValue().id(), verb.getValue().name());
                return;
            }
        }
        draft.activity(kind, 99, name);
    }

    private static void accountChange(OcsfDraft draft, String name) {
        activity(draft, ACCOUNT, ACCOUNT_VERBS, name);
        draft.put("status", draft.has("api.response.error") ? "Failure" : "Success");
        copyFirst(draft, "user.uid", "responseElements.user.arn", "responseElements.role.arn");
        copyFirst(
                draft,
                "user.uid_alt",
                "responseElements.user.userId",
                "responseElements.role.roleId");
        copyFirst(
                draft,
                "user.name",
                "responseElements.user.userName",
                "requestParameters.userName",
                "responseElements.role.roleName",
                "requestParameters.roleName");
        if (!draft.isBefore15()) {
            draft.move(OcsfTable.of("Account Change 1.5"));
        }
    }

    private static void authentication(OcsfDraft draft, String name) {
        var isLogon = name.equals("ConsoleLogin") || name.startsWith("AssumeRole");
        var isLogoff = name.equals("Logout");
        draft.activity(
                AUTHENTICATION,
                isLogon ? 1 : isLogoff ? 2 : 99,
                isLogon ? "Logon" : isLogoff ? "Logoff" : name);
        copyFirst(draft, "status", "responseElements.ConsoleLogin");
        copyFirst(draft, "user.uid_alt", "userIdentity.principalId");
        copyFirst(draft, "user.uid", "requestParameters.roleArn", "userIdentity.arn");
        copyFirst(draft, "user.name", "requestParameters.roleSessionName");
        var mfa = draft.take("additionalEventData.MFAUsed");
        if (mfa != null) {
            draft.set("is_mfa", JsonNodeFactory.instance.booleanNode(mfa.equals("Yes")));
        }
        draft.move(OcsfTable.of("Authentication"));
        if (!draft.isBefore15()) {
            draft.move(OcsfTable.of("Authentication 1.5"));
        }
    }

    private static void copyFirst(OcsfDraft draft, String to, String... from) {
        for (var path : from) {
            var text = draft.text(path);
            if (text != null) {
                draft.put(to, text);
                return;
            }
        }
    }

    private static void resources(OcsfDraft draft) {
        var resources = draft.raw("resources");
        if (resources == null || !resources.isArray()) {
            return;
        }
        draft.mark("resources");
        var list = JsonNodeFactory.instance.arrayNode();
        for (var resource : resources) {
            var item = list.addObject();
            if (resource.hasNonNull("ARN")) {
                item.put("uid", resource.get("ARN").asText());
            }
            if (resource.hasNonNull("accountId")) {
                item.putObject("owner")
                        .putObject("account")
                        .put("uid", resource.get("accountId").asText());
            }
            if (resource.hasNonNull("type")) {
                item.put("type", resource.get("type").asText());
            }
        }
        draft.set("resources", list);
    }
}
