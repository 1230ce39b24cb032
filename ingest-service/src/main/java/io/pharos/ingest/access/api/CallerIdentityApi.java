package io.pharos.ingest.access.api;

import io.pharos.ingest.access.pg.PgAccessKeys;
import io.pharos.kit.http.PromptApi;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

import java.util.Set;

/// STS as far as "who am I": no session credentials are handed out.
@Singleton
final class CallerIdentityApi implements StsClient, PromptApi {
    private final PgAccessKeys keys;

    CallerIdentityApi(PgAccessKeys keys) {
        this.keys = keys;
    }

    @Override
    public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
        var caller = Caller.current();
        var account = caller.tenant().account();
        var userId = keys.find(caller.accessKeyId()).map(key -> key.principal().userId());
        return GetCallerIdentityResponse.builder()
                .account(account)
                .arn(caller.principalArn())
                .userId(userId.orElse(account))
                .build();
    }

    @Override
    public Set<String> promptActions() {
        return Set.of("sts:GetCallerIdentity");
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
