package io.pharos.ingest.access.api;

import io.pharos.ingest.access.ApiKeyId;
import io.pharos.ingest.access.pg.PgApiKeys;
import io.pharos.ingest.access.pg.PgApiKeys.ApiKey;
import io.pharos.ingest.access.pg.PgUsers;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.CreateServiceSpecificCredentialRequest;
import software.amazon.awssdk.services.iam.model.CreateServiceSpecificCredentialResponse;
import software.amazon.awssdk.services.iam.model.DeleteServiceSpecificCredentialRequest;
import software.amazon.awssdk.services.iam.model.DeleteServiceSpecificCredentialResponse;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.ListServiceSpecificCredentialsRequest;
import software.amazon.awssdk.services.iam.model.ListServiceSpecificCredentialsResponse;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.ServiceNotSupportedException;
import software.amazon.awssdk.services.iam.model.ServiceSpecificCredential;
import software.amazon.awssdk.services.iam.model.ServiceSpecificCredentialMetadata;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.iam.model.UpdateServiceSpecificCredentialRequest;
import software.amazon.awssdk.services.iam.model.UpdateServiceSpecificCredentialResponse;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// API keys for CloudWatch Logs: IAM's service-specific credentials of `logs.amazonaws.com`. The secret is
/// a bearer token for the HTTP doors; it is shown once.
@Singleton
final class ApiKeysApi implements IamClient {
    private static final String SERVICE = "logs.amazonaws.com";
    private static final int KEYS_PER_USER = 2;
    private static final int MAX_AGE_DAYS = 36_600;
    private static final int TOKEN_BYTES = 48;
    private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final PgUsers users;
    private final PgApiKeys keys;
    private final SecureRandom random = new SecureRandom();

    ApiKeysApi(PgUsers users, PgApiKeys keys) {
        this.users = users;
        this.keys = keys;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateServiceSpecificCredentialResponse createServiceSpecificCredential(
            CreateServiceSpecificCredentialRequest request) {
        Constraints.check()
                .required("userName", request.userName())
                .required("serviceName", request.serviceName())
                .range("credentialAgeDays", request.credentialAgeDays(), 1, MAX_AGE_DAYS)
                .orThrow();
        var caller = Caller.current();
        var account = caller.tenant().account();
        requireUser(account, request.userName());
        if (!request.serviceName().equals(SERVICE)) {
            throw ServiceNotSupportedException.builder()
                    .message(
                            "No such service "
                                    + request.serviceName()
                                    + " is supported for this"
                                    + " operation")
                    .build();
        }
        if (keys.list(account, request.userName()).size() >= KEYS_PER_USER) {
            throw LimitExceededException.builder()
                    .message(
                            "Cannot exceed quota for ServiceSpecificCredentialsPerUser: "
                                    + KEYS_PER_USER)
                    .build();
        }
        var now = caller.receivedAt();
        var days = request.credentialAgeDays();
        var key =
                new ApiKey(
                        ApiKeyId.of(this::letters),
                        request.userName(),
                        SERVICE,
                        "CloudWatchLogsAPIKey-" + letters(4).toLowerCase(Locale.ROOT),
                        true,
                        now,
                        days == null ? null : now.plus(Duration.ofDays(days)));
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        var token = "ACWL" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        keys.create(account, key, token);
        return CreateServiceSpecificCredentialResponse.builder()
                .serviceSpecificCredential(
                        ServiceSpecificCredential.builder()
                                .userName(key.userName())
                                .serviceName(SERVICE)
                                .serviceSpecificCredentialId(key.id())
                                .serviceCredentialAlias(key.alias())
                                .serviceCredentialSecret(token)
                                .status(StatusType.ACTIVE)
                                .createDate(key.createdAt())
                                .expirationDate(key.expiresAt())
                                .build())
                .build();
    }

    private String letters(int count) {
        var text = new StringBuilder(count);
        for (var i = 0; i < count; i++) {
            text.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        return text.toString();
    }

    @Override
    public ListServiceSpecificCredentialsResponse listServiceSpecificCredentials(
            ListServiceSpecificCredentialsRequest request) {
        if (Boolean.TRUE.equals(request.allUsers()) || request.marker() != null) {
            throw AwsError.unsupported("Credentials are listed of one user, all at once.");
        }
        var account = Caller.current().tenant().account();
        requireUser(account, request.userName());
        var shown =
                keys.list(account, request.userName()).stream()
                        .filter(key ->
                                request.serviceName() == null
                                        || key.serviceName().equals(request.serviceName()))
                        .map(ApiKeysApi::shown)
                        .toList();
        return ListServiceSpecificCredentialsResponse.builder()
                .serviceSpecificCredentials(shown)
                .isTruncated(false)
                .build();
    }

    private static ServiceSpecificCredentialMetadata shown(ApiKey key) {
        return ServiceSpecificCredentialMetadata.builder()
                .userName(key.userName())
                .serviceName(key.serviceName())
                .serviceSpecificCredentialId(key.id())
                .serviceCredentialAlias(key.alias())
                .status(key.active() ? StatusType.ACTIVE : StatusType.INACTIVE)
                .createDate(key.createdAt())
                .expirationDate(key.expiresAt())
                .build();
    }

    @Override
    public UpdateServiceSpecificCredentialResponse updateServiceSpecificCredential(
            UpdateServiceSpecificCredentialRequest request) {
        Constraints.check()
                .required("userName", request.userName())
                .required("serviceSpecificCredentialId", request.serviceSpecificCredentialId())
                .required("status", request.statusAsString())
                .oneOf("status", request.statusAsString(), List.of("Active", "Inactive"))
                .orThrow();
        var changed =
                keys.setActive(
                        Caller.current().tenant().account(),
                        request.userName(),
                        request.serviceSpecificCredentialId(),
                        request.status() == StatusType.ACTIVE);
        requireFound(changed, request.serviceSpecificCredentialId());
        return UpdateServiceSpecificCredentialResponse.builder().build();
    }

    @Override
    public DeleteServiceSpecificCredentialResponse deleteServiceSpecificCredential(
            DeleteServiceSpecificCredentialRequest request) {
        Constraints.check()
                .required("userName", request.userName())
                .required("serviceSpecificCredentialId", request.serviceSpecificCredentialId())
                .orThrow();
        var deleted =
                keys.delete(
                        Caller.current().tenant().account(),
                        request.userName(),
                        request.serviceSpecificCredentialId());
        requireFound(deleted, request.serviceSpecificCredentialId());
        return DeleteServiceSpecificCredentialResponse.builder().build();
    }

    private void requireUser(String account, @Nullable String name) {
        if (name == null || users.find(account, name).isEmpty()) {
            throw NoSuchEntityException.builder()
                    .message("The user with name " + name + " cannot be found.")
                    .build();
        }
    }

    private static void requireFound(boolean found, String id) {
        if (!found) {
            throw NoSuchEntityException.builder()
                    .message("No such credential " + id + " exists")
                    .build();
        }
    }
}
