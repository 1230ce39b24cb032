package io.pharos.logs.group.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import static java.util.Objects.requireNonNullElse;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.group.DescribedLogGroup;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.LogGroupSelection;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.wire.AwsError;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DataProtectionStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InheritedProperty;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupSummary;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutBearerTokenAuthenticationRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutBearerTokenAuthenticationResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogGroupDeletionProtectionRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogGroupDeletionProtectionResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyResponse;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Log groups: CreateLogGroup, DeleteLogGroup, DescribeLogGroups, PutRetentionPolicy,
/// DeleteRetentionPolicy, PutLogGroupDeletionProtection, PutBearerTokenAuthentication.
@Singleton
final class LogGroupApi implements CloudWatchLogsClient {
    private static final int MAX_PAGE = 50;
    private static final int MAX_LIST_PAGE = 1_000;
    private static final int MAX_PATTERN = 129;
    private static final String LIST = "ListLogGroups";

    /// AWS: up to five parts of names, at their beginning or anywhere.
    private static final Pattern NAME_PATTERN =
            Pattern.compile(
                    "(\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}");

    private static final int MAX_IDENTIFIERS = 50;
    private static final int MAX_NAME = 512;
    private static final List<LogGroupClass> CLASSES =
            List.of(
                    LogGroupClass.STANDARD,
                    LogGroupClass.INFREQUENT_ACCESS,
                    LogGroupClass.DELIVERY);
    private static final List<Integer> RETENTION_DAYS =
            List.of(
                    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
                    2557, 2922, 3288, 3653);

    private final PgLogGroups groups;

    LogGroupApi(PgLogGroups groups) {
        this.groups = groups;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateLogGroupResponse createLogGroup(CreateLogGroupRequest request) {
        var name = request.logGroupName();
        if (name != null && name.length() > MAX_NAME) {
            throw LogsError.invalid(
                    "Invalid LogGroup or LogStream, both must have length less than or equal to 512.");
        }
        var check = LogConstraints.check().requiredGroupName(name).tags(request.tags());
        check.constraints().oneOf("logGroupClass", request.logGroupClassAsString(), CLASSES);
        check.orThrow();
        if (name.startsWith("aws/")) {
            throw LogsError.invalid("Log groups starting with aws/ are reserved for AWS.");
        }
        LogGroupTags.refuseReserved(request.tags().keySet());
        if (request.kmsKeyId() != null) {
            throw AwsError.unsupported("Encryption with a KMS key (kmsKeyId) is not supported.");
        }
        groups.create(
                tenant(),
                name,
                request.hasTags() ? request.tags() : Map.of(),
                Boolean.TRUE.equals(request.deletionProtectionEnabled()),
                requireNonNullElse(request.logGroupClass(), LogGroupClass.STANDARD),
                nowMs());
        return CreateLogGroupResponse.builder().build();
    }

    @Override
    public DeleteLogGroupResponse deleteLogGroup(DeleteLogGroupRequest request) {
        LogConstraints.check().requiredGroupName(request.logGroupName()).orThrow();
        groups.delete(tenant(), request.logGroupName(), nowMs());
        return DeleteLogGroupResponse.builder().build();
    }

    @Override
    public PutRetentionPolicyResponse putRetentionPolicy(PutRetentionPolicyRequest request) {
        var days = request.retentionInDays();
        var check = LogConstraints.check().requiredGroupName(request.logGroupName());
        check.constraints()
                .required("retentionInDays", days)
                .oneOf("retentionInDays", days == null ? null : days.toString(), RETENTION_DAYS);
        check.orThrow();
        groups.setRetention(tenant(), request.logGroupName(), days);
        return PutRetentionPolicyResponse.builder().build();
    }

    @Override
    public DeleteRetentionPolicyResponse deleteRetentionPolicy(
            DeleteRetentionPolicyRequest request) {
        LogConstraints.check().requiredGroupName(request.logGroupName()).orThrow();
        groups.setRetention(tenant(), request.logGroupName(), null);
        return DeleteRetentionPolicyResponse.builder().build();
    }

    @Override
    public PutLogGroupDeletionProtectionResponse putLogGroupDeletionProtection(
            PutLogGroupDeletionProtectionRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .required("logGroupIdentifier", request.logGroupIdentifier())
                .required("deletionProtectionEnabled", request.deletionProtectionEnabled());
        check.identifier("logGroupIdentifier", request.logGroupIdentifier()).orThrow();
        groups.setDeletionProtection(
                tenant(),
                LogGroupArn.name(tenant(), request.logGroupIdentifier()),
                request.deletionProtectionEnabled());
        return PutLogGroupDeletionProtectionResponse.builder().build();
    }

    @Override
    public PutBearerTokenAuthenticationResponse putBearerTokenAuthentication(
            PutBearerTokenAuthenticationRequest request) {
        var check = LogConstraints.check();
        check.constraints()
                .required("logGroupIdentifier", request.logGroupIdentifier())
                .required(
                        "bearerTokenAuthenticationEnabled",
                        request.bearerTokenAuthenticationEnabled());
        check.identifier("logGroupIdentifier", request.logGroupIdentifier()).orThrow();
        groups.setBearerTokens(
                tenant(),
                LogGroupArn.name(tenant(), request.logGroupIdentifier()),
                request.bearerTokenAuthenticationEnabled());
        return PutBearerTokenAuthenticationResponse.builder().build();
    }

    @Override
    public DescribeLogGroupsResponse describeLogGroups(DescribeLogGroupsRequest request) {
        checkDescribe(request);
        var limit = request.limit() == null ? MAX_PAGE : request.limit();
        var after =
                request.nextToken() == null
                        ? null
                        : PageToken.position(request.nextToken(), "DescribeLogGroups", nowMs());
        var found = groups.list(tenant(), selection(request, after), limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        var substring = request.logGroupNamePattern() != null;
        return DescribeLogGroupsResponse.builder()
                .logGroups(page.stream().map(group -> item(group, substring)).toList())
                .nextToken(found.size() > limit ? token(page.getLast()) : null)
                .build();
    }

    @Override
    public ListLogGroupsResponse listLogGroups(ListLogGroupsRequest request) {
        var pattern = request.logGroupNamePattern();
        var check =
                LogConstraints.check()
                        .limit(request.limit(), MAX_LIST_PAGE)
                        .nextToken(request.nextToken());
        check.constraints()
                .oneOf("logGroupClass", request.logGroupClassAsString(), CLASSES)
                .length("logGroupNamePattern", pattern, 3, MAX_PATTERN)
                .pattern("logGroupNamePattern", pattern, NAME_PATTERN);
        check.orThrow();
        refuseLinkedAccounts(request.includeLinkedAccounts(), request.accountIdentifiers());
        if (!request.dataSources().isEmpty() || !request.fieldIndexNames().isEmpty()) {
            throw AwsError.unsupported("dataSources and fieldIndexNames are not supported.");
        }
        var limit = request.limit() == null ? MAX_PAGE : request.limit();
        var after =
                request.nextToken() == null
                        ? ""
                        : PageToken.position(request.nextToken(), LIST, nowMs());
        // A full stop means itself; all other characters of a pattern do, too, or what they mean to
        // SQL.
        var regex = pattern == null ? null : pattern.replace(".", "\\.");
        var found = groups.matching(tenant(), regex, request.logGroupClass(), after, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return ListLogGroupsResponse.builder()
                .logGroups(
                        page.stream()
                                .map(group ->
                                        LogGroupSummary.builder()
                                                .logGroupName(group.name())
                                                .logGroupArn(group.arn())
                                                .logGroupClass(group.logGroupClass())
                                                .build())
                                .toList())
                .nextToken(
                        found.size() > limit
                                ? new PageToken(LIST, nowMs(), page.getLast().name()).encode()
                                : null)
                .build();
    }

    private static void refuseLinkedAccounts(@Nullable Boolean linked, List<String> accounts) {
        if (Boolean.TRUE.equals(linked) || !accounts.isEmpty()) {
            throw AwsError.unsupported("Linked accounts are not supported.");
        }
    }

    private static void checkDescribe(DescribeLogGroupsRequest request) {
        var check =
                LogConstraints.check()
                        .groupName("logGroupNamePrefix", request.logGroupNamePrefix())
                        .groupSubstring("logGroupNamePattern", request.logGroupNamePattern())
                        .limit(request.limit(), MAX_PAGE)
                        .nextToken(request.nextToken());
        check.constraints()
                .oneOf("logGroupClass", request.logGroupClassAsString(), CLASSES)
                .size(
                        "logGroupIdentifiers",
                        request.hasLogGroupIdentifiers() ? request.logGroupIdentifiers() : null,
                        1,
                        MAX_IDENTIFIERS);
        for (var identifier : request.logGroupIdentifiers()) {
            check.identifier("logGroupIdentifiers", identifier);
        }
        check.orThrow();
        if (request.logGroupNamePrefix() != null && request.logGroupNamePattern() != null) {
            throw LogsError.invalid(
                    "LogGroup name prefix and LogGroup name pattern are mutually exclusive"
                            + " parameters.");
        }
        if (request.hasLogGroupIdentifiers()
                && (request.logGroupNamePrefix() != null
                        || request.logGroupNamePattern() != null)) {
            throw LogsError.invalid(
                    "LogGroup identifiers and LogGroup name prefix or pattern are mutually exclusive"
                            + " parameters.");
        }
        refuseLinkedAccounts(request.includeLinkedAccounts(), request.accountIdentifiers());
    }

    private static LogGroupSelection selection(
            DescribeLogGroupsRequest request, @Nullable String after) {
        var names =
                request.logGroupIdentifiers().stream()
                        .map(identifier -> LogGroupArn.name(tenant(), identifier))
                        .toList();
        return new LogGroupSelection(
                request.logGroupNamePrefix(),
                request.logGroupNamePattern(),
                names,
                request.logGroupClass(),
                after);
    }

    /// AWS leaves two members out when it searches by substring.
    private static LogGroup item(DescribedLogGroup described, boolean substring) {
        var group = described.group();
        var item =
                LogGroup.builder()
                        .logGroupName(group.name())
                        .creationTime(group.createdMs())
                        .retentionInDays(group.retentionDays())
                        .metricFilterCount(described.metricFilterCount())
                        .arn(group.wildcardArn())
                        .logGroupArn(group.arn())
                        .logGroupClass(group.logGroupClass())
                        .bearerTokenAuthenticationEnabled(group.bearerTokens());
        var dataProtection = described.dataProtection();
        if (dataProtection != null) {
            item.dataProtectionStatus(
                    dataProtection ? DataProtectionStatus.ACTIVATED : DataProtectionStatus.DELETED);
        }
        if (described.isProtectedByAccount()) {
            item.inheritedProperties(InheritedProperty.ACCOUNT_DATA_PROTECTION);
        }
        return substring
                ? item.build()
                : item.storedBytes(described.storedBytes())
                        .deletionProtectionEnabled(group.deletionProtected())
                        .build();
    }

    private static String token(DescribedLogGroup last) {
        return new PageToken("DescribeLogGroups", nowMs(), last.group().name()).encode();
    }
}
