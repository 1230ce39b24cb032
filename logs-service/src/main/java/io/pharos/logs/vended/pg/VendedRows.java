package io.pharos.logs.vended.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.vended.Delivery;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.DeliveryLayout;
import io.pharos.logs.vended.DeliverySource;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Rows of sources, destinations and deliveries as what they are.
final class VendedRows {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> TAGS = new TypeReference<>() {};

    private VendedRows() {}

    static void key(PreparedStatement statement, Tenant tenant, String name) throws SQLException {
        statement.setString(1, tenant.account());
        statement.setString(2, tenant.region());
        statement.setString(3, name);
    }

    static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(row.getString("account"), row.getString("region"));
    }

    static DeliverySource source(ResultSet row) throws SQLException {
        return new DeliverySource(
                tenant(row),
                row.getString("name"),
                row.getString("log_group"),
                row.getString("log_type"),
                tags(row));
    }

    static DeliveryDestination destination(ResultSet row) throws SQLException {
        var format = row.getString("output_format");
        return new DeliveryDestination(
                tenant(row),
                row.getString("name"),
                row.getString("resource_arn"),
                format == null ? null : OutputFormat.fromValue(format),
                tags(row));
    }

    static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                tenant(row),
                row.getString("id"),
                row.getString("source"),
                row.getString("destination_account"),
                row.getString("destination"),
                DeliveryDestinationType.fromValue(row.getString("destination_type")),
                new DeliveryLayout(
                        List.of((String[]) row.getArray("record_fields").getArray()),
                        row.getString("field_delimiter"),
                        row.getString("suffix_path"),
                        row.getBoolean("hive")),
                tags(row),
                row.getLong("created_ms"));
    }

    static Map<String, String> tags(ResultSet row) throws SQLException {
        try {
            return JSON.readValue(row.getString("tags"), TAGS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tags", e);
        }
    }

    static String json(Map<String, String> tags) {
        try {
            return JSON.writeValueAsString(tags);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
