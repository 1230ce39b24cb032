package io.pharos.ingest.access.api;

import io.pharos.ingest.access.MalformedPolicyException;
import io.pharos.ingest.access.Policy;
import io.pharos.ingest.access.pg.PgUsers;
import io.pharos.ingest.access.pg.PgUsers.User;
import io.pharos.kit.DatabaseException;
import io.pharos.kit.audit.Identity;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.iam.model.AccessKeyMetadata;
import software.amazon.awssdk.services.iam.model.CreateAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.CreateAccessKeyResponse;
import software.amazon.awssdk.services.iam.model.CreateUserRequest;
import software.amazon.awssdk.services.iam.model.CreateUserResponse;
import software.amazon.awssdk.services.iam.model.DeleteAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.DeleteAccessKeyResponse;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.DeleteUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.DeleteUserRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserResponse;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.GetUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetUserRequest;
import software.amazon.awssdk.services.iam.model.GetUserResponse;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.ListAccessKeysRequest;
import software.amazon.awssdk.services.iam.model.ListAccessKeysResponse;
import software.amazon.awssdk.services.iam.model.ListUserPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListUserPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListUsersRequest;
import software.amazon.awssdk.services.iam.model.ListUsersResponse;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.PutUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.PutUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.iam.model.UpdateAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.UpdateAccessKeyResponse;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// The part of IAM that makes Pharos usable by more than its root: users, their access keys, their
/// inline policies. Groups, roles and managed policies are not built.
@Singleton
final class UsersApi implements IamClient {
    private static final int KEYS_PER_USER = 2;
    private static final int PAGE = 100;
    private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]+");
    private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final PgUsers users;
    private final SecureRandom random = new SecureRandom();

    UsersApi(PgUsers users) {
        this.users = users;
    }

    @Override
    public CreateUserResponse createUser(CreateUserRequest request) {
        checkName("userName", request.userName(), 64);
        refuse(request.hasTags(), "Tags");
        refuse(request.permissionsBoundary() != null, "PermissionsBoundary");
        refuse(request.path() != null && !request.path().equals("/"), "Path");
        var caller = Caller.current();
        var user =
                new User(
                        caller.tenant().account(),
                        request.userName(),
                        Identity.userId(caller.tenant().account(), request.userName()),
                        "/",
                        caller.receivedAt());
        try {
            users.create(user);
        } catch (DatabaseException e) {
            if (e.isUniqueViolation()) {
                throw EntityAlreadyExistsException.builder()
                        .message("User with name " + user.name() + " already exists.")
                        .build();
            }
            throw e;
        }
        return CreateUserResponse.builder().user(shown(user)).build();
    }

    @Override
    public GetUserResponse getUser(GetUserRequest request) {
        return GetUserResponse.builder().user(shown(require(request.userName()))).build();
    }

    @Override
    public ListUsersResponse listUsers(ListUsersRequest request) {
        refuse(request.pathPrefix() != null && !request.pathPrefix().equals("/"), "PathPrefix");
        var limit = request.maxItems() == null ? PAGE : Math.clamp(request.maxItems(), 1, 1_000);
        var after = request.marker() == null ? "" : request.marker();
        var page = users.users(account(), after, limit + 1);
        var more = page.size() > limit;
        var shown = more ? page.subList(0, limit) : page;
        return ListUsersResponse.builder()
                .users(shown.stream().map(UsersApi::shown).toList())
                .isTruncated(more)
                .marker(more ? shown.getLast().name() : null)
                .build();
    }

    @Override
    public DeleteUserResponse deleteUser(DeleteUserRequest request) {
        try {
            if (!users.delete(account(), request.userName())) {
                throw noSuchUser(request.userName());
            }
        } catch (DatabaseException e) {
            if (e.sqlState().equals("23503")) {
                throw DeleteConflictException.builder()
                        .message(
                                "Cannot delete entity, must remove access keys and policies first.")
                        .build();
            }
            throw e;
        }
        return DeleteUserResponse.builder().build();
    }

    @Override
    public CreateAccessKeyResponse createAccessKey(CreateAccessKeyRequest request) {
        var user = require(request.userName());
        if (users.keys(user.account(), user.name()).size() >= KEYS_PER_USER) {
            throw LimitExceededException.builder()
                    .message("Cannot exceed quota for AccessKeysPerUser: " + KEYS_PER_USER)
                    .build();
        }
        var id = randomId("AKIA");
        var bytes = new byte[30];
        random.nextBytes(bytes);
        var secret = Base64.getEncoder().encodeToString(bytes);
        var now = Caller.current().receivedAt();
        users.createKey(user.account(), user.name(), id, secret, now);
        return CreateAccessKeyResponse.builder()
                .accessKey(
                        AccessKey.builder()
                                .userName(user.name())
                                .accessKeyId(id)
                                .secretAccessKey(secret)
                                .status(StatusType.ACTIVE)
                                .createDate(now)
                                .build())
                .build();
    }

    @Override
    public ListAccessKeysResponse listAccessKeys(ListAccessKeysRequest request) {
        var user = require(request.userName());
        var keys =
                users.keys(user.account(), user.name()).stream()
                        .map(key ->
                                AccessKeyMetadata.builder()
                                        .userName(key.userName())
                                        .accessKeyId(key.accessKeyId())
                                        .status(
                                                key.active()
                                                        ? StatusType.ACTIVE
                                                        : StatusType.INACTIVE)
                                        .createDate(key.createdAt())
                                        .build())
                        .toList();
        return ListAccessKeysResponse.builder().accessKeyMetadata(keys).isTruncated(false).build();
    }

    @Override
    public UpdateAccessKeyResponse updateAccessKey(UpdateAccessKeyRequest request) {
        Constraints.check()
                .required("status", request.statusAsString())
                .oneOf("status", request.statusAsString(), List.of("Active", "Inactive"))
                .orThrow();
        var user = require(request.userName());
        var active = request.status() == StatusType.ACTIVE;
        if (!users.setActive(user.account(), user.name(), request.accessKeyId(), active)) {
            throw noSuchKey(request.accessKeyId());
        }
        return UpdateAccessKeyResponse.builder().build();
    }

    @Override
    public DeleteAccessKeyResponse deleteAccessKey(DeleteAccessKeyRequest request) {
        var user = require(request.userName());
        if (!users.deleteKey(user.account(), user.name(), request.accessKeyId())) {
            throw noSuchKey(request.accessKeyId());
        }
        return DeleteAccessKeyResponse.builder().build();
    }

    @Override
    public PutUserPolicyResponse putUserPolicy(PutUserPolicyRequest request) {
        checkName("policyName", request.policyName(), 128);
        Constraints.check().required("policyDocument", request.policyDocument()).orThrow();
        var user = require(request.userName());
        try {
            Policy.parse(request.policyDocument());
        } catch (MalformedPolicyException e) {
            throw MalformedPolicyDocumentException.builder().message(e.getMessage()).build();
        }
        users.putPolicy(
                user.account(), user.name(), request.policyName(), request.policyDocument());
        return PutUserPolicyResponse.builder().build();
    }

    @Override
    public GetUserPolicyResponse getUserPolicy(GetUserPolicyRequest request) {
        var user = require(request.userName());
        var document =
                users.policy(user.account(), user.name(), request.policyName())
                        .orElseThrow(() -> noSuchPolicy(request.policyName()));
        return GetUserPolicyResponse.builder()
                .userName(user.name())
                .policyName(request.policyName())
                .policyDocument(rfc3986(document))
                .build();
    }

    @Override
    public ListUserPoliciesResponse listUserPolicies(ListUserPoliciesRequest request) {
        var user = require(request.userName());
        return ListUserPoliciesResponse.builder()
                .policyNames(users.policyNames(user.account(), user.name()))
                .isTruncated(false)
                .build();
    }

    @Override
    public DeleteUserPolicyResponse deleteUserPolicy(DeleteUserPolicyRequest request) {
        var user = require(request.userName());
        if (!users.deletePolicy(user.account(), user.name(), request.policyName())) {
            throw noSuchPolicy(request.policyName());
        }
        return DeleteUserPolicyResponse.builder().build();
    }

    private static String account() {
        return Caller.current().tenant().account();
    }

    /// The named user, or the caller's own when the request names none.
    private User require(@Nullable String userName) {
        var name = userName == null ? callersName() : userName;
        return users.find(account(), name).orElseThrow(() -> noSuchUser(name));
    }

    private static String callersName() {
        var arn = Caller.current().principalArn();
        return arn.substring(arn.lastIndexOf('/') + 1);
    }

    private static void checkName(String path, @Nullable String name, int most) {
        Constraints.check()
                .required(path, name)
                .pattern(path, name, NAME)
                .length(path, name, 1, most)
                .orThrow();
    }

    private static void refuse(boolean given, String member) {
        if (given) {
            throw io.pharos.wire.AwsError.unsupported(member + " is not supported.");
        }
    }

    private static NoSuchEntityException noSuchUser(String name) {
        return noSuch("The user with name " + name + " cannot be found.");
    }

    private static NoSuchEntityException noSuchKey(String id) {
        return noSuch("The Access Key with id " + id + " cannot be found.");
    }

    private static NoSuchEntityException noSuchPolicy(String name) {
        return noSuch("The user policy with name " + name + " cannot be found.");
    }

    private static NoSuchEntityException noSuch(String message) {
        return NoSuchEntityException.builder().message(message).build();
    }

    private String randomId(String prefix) {
        var id = new StringBuilder(prefix);
        for (var i = 0; i < 17; i++) {
            id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        return prefix.equals("AKIA") ? id.substring(0, 20) : id.toString();
    }

    private static String rfc3986(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static software.amazon.awssdk.services.iam.model.User shown(User user) {
        return software.amazon.awssdk.services.iam.model.User.builder()
                .path(user.path())
                .userName(user.name())
                .userId(user.userId())
                .arn(user.arn())
                .createDate(user.createdAt())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
