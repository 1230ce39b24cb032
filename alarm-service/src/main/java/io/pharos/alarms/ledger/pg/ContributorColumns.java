package io.pharos.alarms.ledger.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.alarms.alarm.Contributor;

import org.jspecify.annotations.Nullable;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/// The columns `contributor` and `contributor_attributes`, which are null together.
final class ContributorColumns {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ContributorColumns() {}

    /// @param index of the first of the two
    static void set(PreparedStatement statement, int index, @Nullable Contributor contributor)
            throws SQLException {
        statement.setString(index, contributor == null ? null : contributor.id());
        statement.setString(
                index + 1, contributor == null ? null : write(contributor.attributes()));
    }

    static @Nullable Contributor get(ResultSet row) throws SQLException {
        var id = row.getString("contributor");
        return id == null
                ? null
                : new Contributor(id, read(row.getString("contributor_attributes")));
    }

    static String write(Map<String, String> attributes) {
        var json = JSON.createObjectNode();
        attributes.forEach(json::put);
        return json.toString();
    }

    static Map<String, String> read(String text) {
        try {
            var attributes = new LinkedHashMap<String, String>();
            JSON.readTree(text)
                    .properties()
                    .forEach(field -> attributes.put(field.getKey(), field.getValue().textValue()));
            return attributes;
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("kept attributes can not be read", damaged);
        }
    }
}
