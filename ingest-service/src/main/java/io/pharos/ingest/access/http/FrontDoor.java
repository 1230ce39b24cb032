package io.pharos.ingest.access.http;

import io.pharos.ingest.access.AccessConfig;
import io.pharos.ingest.access.AccessKey;
import io.pharos.ingest.access.Principal;
import io.pharos.ingest.access.pg.PgAccessKeys;
import io.pharos.ingest.access.pg.PgApiKeys;
import io.pharos.kit.http.Admission;
import io.pharos.wire.AccessKeys;
import io.pharos.wire.AwsError;
import io.pharos.wire.AwsOperation;
import io.pharos.wire.AwsService;
import io.pharos.wire.Caller;
import io.pharos.wire.Route;
import io.pharos.wire.SignatureVerifier;
import io.pharos.wire.Tenant;
import io.pharos.wire.WireRequest;

import jakarta.inject.Singleton;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Lets in who signs with a known key, for what its policies allow. With `pharos.trust` on, anyone: the
/// access key names the account when it has twelve digits. Links in mails need no signature: they
/// carry a token. The HTTP doors for logs also take an API key as bearer token.
@Singleton
final class FrontDoor implements Admission {
    /// What mails and confirmation messages link to.
    private static final Set<String> BY_TOKEN = Set.of("ConfirmSubscription", "Unsubscribe");

    private static final Pattern SNS_ARN =
            Pattern.compile(
                    "(?:^|[?&])(?:TopicArn|SubscriptionArn)=arn(?::|%3[Aa])aws(?::|%3[Aa])"
                            + "sns(?::|%3[Aa])([a-z0-9-]+)(?::|%3[Aa])(\\d{12})(?::|%3[Aa])");
    private static final Pattern SCOPE =
            Pattern.compile("Credential=([^/,\\s]{1,128})/\\d{8}/([a-z0-9-]{1,32})/");
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

    private static final String BEARER = "Bearer ";
    private static final String LOGS = "logs";

    /// AWS: what a caller needs besides what the call itself needs.
    private static final String CALL_WITH_BEARER_TOKEN = "logs:CallWithBearerToken";

    /// A token says nothing of a region; the name of AWS's host does.
    private static final Pattern REGION_OF_HOST =
            Pattern.compile("logs\\.([a-z]{2}(?:-[a-z]+)+-\\d)\\..*");

    private final PgAccessKeys keys;
    private final PgApiKeys apiKeys;
    private final AccessConfig config;
    private final SignatureVerifier verifier;

    FrontDoor(PgAccessKeys keys, PgApiKeys apiKeys, AccessConfig config) {
        this.keys = keys;
        this.apiKeys = apiKeys;
        this.config = config;
        this.verifier =
                new SignatureVerifier(id ->
                        keys.find(id)
                                .map(key ->
                                        new AccessKeys.AccessKey(
                                                id,
                                                key.secretAccessKey(),
                                                key.principal().account(),
                                                key.principal().arn())));
    }

    @Override
    public Caller authenticate(WireRequest request, Route route, String requestId, Instant now) {
        if (isByToken(request, route)) {
            return byToken(request, requestId, now);
        }
        var services = route.service().map(AwsService::signingName).map(Set::of).orElse(Set.of());
        return bySignature(request, services, requestId, now);
    }

    @Override
    public Caller authenticate(
            WireRequest request, Set<String> services, String requestId, Instant now) {
        var authorization = request.headers().first("authorization").orElse("");
        return !config.trust() && services.contains(LOGS) && authorization.startsWith(BEARER)
                ? byKey(request, authorization.substring(BEARER.length()).strip(), requestId, now)
                : bySignature(request, services, requestId, now);
    }

    private Caller byKey(WireRequest request, String token, String requestId, Instant now) {
        var holder = apiKeys.ofToken(token).filter(key -> !key.isExpired(now)).orElse(null);
        if (holder == null) {
            throw new AwsError(
                    "UnrecognizedClientException",
                    401,
                    "The security token included in the request is invalid.");
        }
        refuseUnless(
                holder.principal().mayCall(CALL_WITH_BEARER_TOKEN),
                holder.principal().arn(),
                CALL_WITH_BEARER_TOKEN);
        var host = REGION_OF_HOST.matcher(request.headers().first("host").orElse(""));
        return caller(
                request,
                new Tenant(
                        holder.principal().account(),
                        host.matches() ? host.group(1) : config.bearerRegion()),
                holder.id(),
                holder.principal().arn(),
                requestId,
                now);
    }

    private Caller bySignature(
            WireRequest request, Set<String> services, String requestId, Instant now) {
        if (config.trust()) {
            return trusted(request, requestId, now);
        }
        var signed = verifier.verify(request, services, now);
        return caller(
                request,
                new Tenant(signed.key().account(), signed.region()),
                signed.key().accessKeyId(),
                signed.key().principalArn(),
                requestId,
                now);
    }

    private static boolean isByToken(WireRequest request, Route route) {
        return request.method().equals("GET")
                && route.service().filter(AwsService.SNS::equals).isPresent()
                && BY_TOKEN.contains(route.operationName())
                && request.headers().first("authorization").isEmpty()
                && !request.rawQuery().contains("X-Amz-Signature=");
    }

    private static Caller byToken(WireRequest request, String requestId, Instant now) {
        var arn = SNS_ARN.matcher(request.rawQuery());
        if (!arn.find()) {
            throw new AwsError("InvalidParameterException", 400, "Invalid parameter: TopicArn");
        }
        var tenant = new Tenant(arn.group(2), arn.group(1));
        return caller(
                request,
                tenant,
                "anonymous",
                Principal.root(tenant.account()).arn(),
                requestId,
                now);
    }

    private Caller trusted(WireRequest request, String requestId, Instant now) {
        var authorization =
                request.headers()
                        .first("authorization")
                        .orElse(request.rawQuery())
                        .replace("%2F", "/");
        var scope = SCOPE.matcher(authorization.replace("X-Amz-Credential", "Credential"));
        var known = scope.find();
        var keyId = known ? scope.group(1) : "anonymous";
        var account = ACCOUNT.matcher(keyId).matches() ? keyId : config.account();
        return caller(
                request,
                new Tenant(account, known ? scope.group(2) : "us-east-1"),
                keyId,
                Principal.root(account).arn(),
                requestId,
                now);
    }

    private static Caller caller(
            WireRequest request,
            Tenant tenant,
            String accessKeyId,
            String principalArn,
            String requestId,
            Instant now) {
        return new Caller(
                tenant,
                accessKeyId,
                principalArn,
                requestId,
                now,
                request.peer(),
                request.headers().first("user-agent").orElse(""));
    }

    @Override
    public void authorize(Caller caller, AwsOperation operation) {
        if (config.trust() || operation.action().equals("sts:GetCallerIdentity")) {
            return;
        }
        // Only links with a token come without a key.
        authorize(
                caller,
                operation.action(),
                BY_TOKEN.contains(operation.name())
                        ? Principal.Verdict.ALLOWED
                        : Principal.Verdict.NO_ALLOW);
    }

    @Override
    public void authorize(Caller caller, String action) {
        if (!config.trust()) {
            authorize(caller, action, Principal.Verdict.NO_ALLOW);
        }
    }

    private void authorize(Caller caller, String action, Principal.Verdict withoutKey) {
        var verdict =
                principal(caller.accessKeyId())
                        .map(principal -> principal.mayCall(action))
                        .orElse(withoutKey);
        refuseUnless(verdict, caller.principalArn(), action);
    }

    private Optional<Principal> principal(String keyId) {
        return keys.find(keyId)
                .map(AccessKey::principal)
                .or(() -> apiKeys.find(keyId).map(PgApiKeys.Holder::principal));
    }

    private static void refuseUnless(Principal.Verdict verdict, String arn, String action) {
        var why =
                switch (verdict) {
                    case ALLOWED -> null;
                    case EXPLICIT_DENY -> "with an explicit deny in an identity-based policy";
                    case NO_ALLOW ->
                            "because no identity-based policy allows the %s action"
                                    .formatted(action);
                };
        if (why != null) {
            throw new AwsError(
                    "AccessDeniedException",
                    403,
                    "User: %s is not authorized to perform: %s on resource: * %s"
                            .formatted(arn, action, why));
        }
    }
}
