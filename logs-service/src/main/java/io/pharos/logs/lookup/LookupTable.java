package io.pharos.logs.lookup;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What is known of a lookup table without reading it.
///
/// @param columns what its header names
/// @param records rows behind the header
/// @param bytes of its text in UTF-8
public record LookupTable(
        Tenant tenant,
        String name,
        @Nullable String description,
        List<String> columns,
        long records,
        long bytes,
        long updatedMs) {
    /// AWS: of one account and region.
    public static final int MAX = 100;

    /// AWS: of the text of one.
    public static final int MAX_BYTES = 10 << 20;

    public static String arn(Tenant tenant, String name) {
        return tenant.arn("logs", "lookup-table:" + name);
    }

    /// What a query needs to be checked.
    public CsvTable header() {
        return new CsvTable(columns, records, "");
    }

    public String arn() {
        return arn(tenant, name);
    }
}
