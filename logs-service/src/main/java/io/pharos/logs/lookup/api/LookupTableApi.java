package io.pharos.logs.lookup.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import static java.util.Objects.requireNonNullElse;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.Page;
import io.pharos.logs.PageToken;
import io.pharos.logs.lookup.CsvTable;
import io.pharos.logs.lookup.LookupTable;
import io.pharos.logs.lookup.pg.PgLookupTables;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLookupTableRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLookupTableResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLookupTableRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLookupTableResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLookupTablesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLookupTablesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLookupTableRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLookupTableResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateLookupTableRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UpdateLookupTableResponse;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Lookup tables, from CSV to what queries look things up in. Keys to encrypt them with are refused.
@Singleton
final class LookupTableApi implements CloudWatchLogsClient {
    private static final String DESCRIBE = "DescribeLookupTables";
    private static final Pattern NAME = Pattern.compile("^[a-zA-Z0-9_]+$");
    private static final int MAX_NAME = 256;
    private static final int MAX_DESCRIPTION = 1_024;
    private static final int MAX_PAGE = 100;
    private static final int PAGE = 50;

    private final PgLookupTables tables;

    LookupTableApi(PgLookupTables tables) {
        this.tables = tables;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateLookupTableResponse createLookupTable(CreateLookupTableRequest request) {
        var check = LogConstraints.check().tags(request.tags());
        check.constraints().required("lookupTableName", request.lookupTableName());
        name(check, "lookupTableName", request.lookupTableName());
        content(check, request.description(), request.tableBody());
        refuseKey(request.kmsKeyId());
        var table = table(request.lookupTableName(), request.description(), request.tableBody());
        tables.add(table, request.tableBody(), request.tags());
        return CreateLookupTableResponse.builder()
                .lookupTableArn(table.arn())
                .createdAt(table.updatedMs())
                .build();
    }

    @Override
    public UpdateLookupTableResponse updateLookupTable(UpdateLookupTableRequest request) {
        var name = nameOf(tenant(), request.lookupTableArn());
        content(LogConstraints.check(), request.description(), request.tableBody());
        refuseKey(request.kmsKeyId());
        var table = table(name, request.description(), request.tableBody());
        tables.replace(table, request.tableBody());
        return UpdateLookupTableResponse.builder()
                .lookupTableArn(table.arn())
                .lastUpdatedTime(table.updatedMs())
                .build();
    }

    @Override
    public DeleteLookupTableResponse deleteLookupTable(DeleteLookupTableRequest request) {
        tables.delete(tenant(), nameOf(tenant(), request.lookupTableArn()));
        return DeleteLookupTableResponse.builder().build();
    }

    @Override
    public GetLookupTableResponse getLookupTable(GetLookupTableRequest request) {
        var name = nameOf(tenant(), request.lookupTableArn());
        var table = tables.require(tenant(), name);
        return GetLookupTableResponse.builder()
                .lookupTableArn(table.arn())
                .lookupTableName(name)
                .description(table.description())
                .tableBody(tables.read(tenant(), name).map(CsvTable::body).orElse(""))
                .sizeBytes(table.bytes())
                .lastUpdatedTime(table.updatedMs())
                .build();
    }

    @Override
    public DescribeLookupTablesResponse describeLookupTables(DescribeLookupTablesRequest request) {
        var check = LogConstraints.check();
        name(check, "lookupTableNamePrefix", request.lookupTableNamePrefix());
        check.constraints().range("maxResults", request.maxResults(), 1, MAX_PAGE);
        check.nextToken(request.nextToken()).orThrow();
        var limit = requireNonNullElse(request.maxResults(), PAGE);
        var token = request.nextToken();
        var page =
                Page.of(
                        tables.list(
                                tenant(),
                                requireNonNullElse(request.lookupTableNamePrefix(), ""),
                                token == null ? "" : PageToken.position(token, DESCRIBE, nowMs()),
                                limit + 1),
                        limit);
        return DescribeLookupTablesResponse.builder()
                .lookupTables(page.items().stream().map(LookupTableApi::shown).toList())
                .nextToken(
                        page.next(last -> new PageToken(DESCRIBE, nowMs(), last.name()).encode()))
                .build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.LookupTable shown(
            LookupTable table) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.LookupTable.builder()
                .lookupTableArn(table.arn())
                .lookupTableName(table.name())
                .description(table.description())
                .tableFields(table.columns())
                .recordsCount(table.records())
                .sizeBytes(table.bytes())
                .lastUpdatedTime(table.updatedMs())
                .build();
    }

    private static LookupTable table(String name, @Nullable String description, String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LookupTable.MAX_BYTES) {
            throw LogsError.invalid("tableBody must not exceed 10 MB");
        }
        var csv = CsvTable.parse(body);
        return new LookupTable(
                tenant(), name, description, csv.columns(), csv.records(), bytes, nowMs());
    }

    private static void name(LogConstraints check, String path, @Nullable String name) {
        check.constraints().pattern(path, name, NAME).length(path, name, 1, MAX_NAME);
    }

    /// The text is not shown in the message: it may have ten million characters.
    private static void content(
            LogConstraints check, @Nullable String description, @Nullable String body) {
        check.constraints()
                .length("description", description, 0, MAX_DESCRIPTION)
                .required("tableBody", body)
                .satisfied(
                        body == null || !body.isEmpty() && body.length() <= LookupTable.MAX_BYTES,
                        "tableBody",
                        "…",
                        "Member must have length between 1 and " + LookupTable.MAX_BYTES);
        check.orThrow();
        var isText =
                (body == null || body.indexOf('\0') < 0)
                        && (description == null || description.indexOf('\0') < 0);
        if (!isText) {
            throw LogsError.invalid("description and tableBody must be text");
        }
    }

    private static void refuseKey(@Nullable String kmsKeyId) {
        if (kmsKeyId != null && !kmsKeyId.isEmpty()) {
            throw AwsError.unsupported("Encryption with a KMS key (kmsKeyId) is not supported.");
        }
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when it
    ///     is not the ARN of a lookup table
    static String nameOf(Tenant tenant, @Nullable String arn) {
        var check = LogConstraints.check();
        check.constraints().required("lookupTableArn", arn);
        check.orThrow();
        var prefix = LookupTable.arn(tenant, "");
        var name = arn != null && arn.startsWith(prefix) ? arn.substring(prefix.length()) : "";
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw LogsError.invalid(
                    "lookupTableArn is not the ARN of a lookup table of this account and Region");
        }
        return name;
    }
}
