package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.ledger.AlarmFilter;
import io.pharos.alarms.ledger.DimensionKey;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Table `alarms.alarm`. Every method works on the caller's transaction.
final class AlarmRows {
    private static final String COLUMNS =
            """
            account, region, name, version, description, namespace, metric_name, dimension_names,
            dimension_values, statistic, extended_statistic, unit, period, evaluation_periods,
            datapoints_to_alarm, threshold, comparison_operator, treat_missing_data,
            low_sample_percentile, actions_enabled, ok_actions, alarm_actions,
            insufficient_data_actions, configured_ms, state, state_reason, state_reason_data,
            state_updated_ms, state_transitioned_ms
            """;
    private static final int PAGE = 5_000;

    private final Connection tx;

    AlarmRows(Connection tx) {
        this.tx = tx;
    }

    /// Holds the alarm until the transaction ends, so that nobody else changes it.
    Optional<KeptAlarm> lock(AlarmKey key) throws SQLException {
        return find(key, " FOR UPDATE");
    }

    Optional<KeptAlarm> find(AlarmKey key) throws SQLException {
        return find(key, "");
    }

    private Optional<KeptAlarm> find(AlarmKey key, String lock) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.alarm WHERE account = ? AND region = ? AND name = ?"
                                + lock)) {
            setKey(select, key);
            return read(select).stream().findFirst();
        }
    }

    /// By name, of one tenant; what is not there is left out.
    List<KeptAlarm> find(Tenant tenant, Collection<String> names) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.alarm WHERE account = ? AND region = ?"
                                + " AND name = ANY(?)")) {
            setTenant(select, tenant);
            select.setArray(3, texts(names));
            return read(select);
        }
    }

    /// Every alarm of every tenant, a page at a time.
    ///
    /// @param after the last alarm of the page before; null to begin
    List<KeptAlarm> page(@Nullable AlarmKey after) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.alarm WHERE (account, region, name) > (?, ?, ?)"
                                + " ORDER BY account, region, name LIMIT "
                                + PAGE)) {
            select.setString(1, after == null ? "" : after.tenant().account());
            select.setString(2, after == null ? "" : after.tenant().region());
            select.setString(3, after == null ? "" : after.name());
            return read(select);
        }
    }

    /// Sorted by name.
    List<KeptAlarm> describe(Tenant tenant, AlarmFilter filter) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + """
                                 FROM alarms.alarm
                                WHERE account = ? AND region = ? AND name > ?
                                  AND (?::text[] IS NULL OR name = ANY(?::text[]))
                                  AND (?::text IS NULL OR starts_with(name, ?::text))
                                  AND (?::text IS NULL OR state = ?::text)
                                  AND (?::text IS NULL OR EXISTS (
                                      SELECT FROM unnest(
                                          ok_actions || alarm_actions || insufficient_data_actions) a
                                      WHERE starts_with(a, ?::text)))
                                ORDER BY name LIMIT ?
                                """)) {
            setTenant(select, tenant);
            select.setString(3, filter.after());
            var names = filter.names() == null ? null : texts(filter.names());
            select.setArray(4, names);
            select.setArray(5, names);
            setTwice(select, 6, filter.namePrefix());
            setTwice(select, 8, filter.state());
            setTwice(select, 10, filter.actionPrefix());
            select.setInt(12, filter.limit());
            return read(select);
        }
    }

    private static void setTwice(PreparedStatement statement, int index, @Nullable String value)
            throws SQLException {
        statement.setString(index, value);
        statement.setString(index + 1, value);
    }

    /// Alarms on exactly this metric, sorted by name.
    List<KeptAlarm> onMetric(
            Tenant tenant, String namespace, String metricName, Collection<Dimension> dimensions)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + """
                                 FROM alarms.alarm
                                WHERE account = ? AND region = ? AND namespace = ?
                                  AND metric_name = ? AND dimension_key = ?
                                ORDER BY name
                                """)) {
            setTenant(select, tenant);
            select.setString(3, namespace);
            select.setString(4, metricName);
            select.setString(5, DimensionKey.of(dimensions));
            return read(select);
        }
    }

    int count(Tenant tenant) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT count(*) FROM alarms.alarm WHERE account = ? AND region = ?")) {
            setTenant(select, tenant);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /// @return false when an alarm of this name came to be at the same time
    boolean insert(AlarmKey key, MetricAlarm alarm) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.alarm (description, namespace, metric_name,
                            dimension_names, dimension_values, dimension_key, statistic,
                            extended_statistic, unit, period, evaluation_periods,
                            datapoints_to_alarm, threshold, comparison_operator,
                            treat_missing_data, low_sample_percentile, actions_enabled, ok_actions,
                            alarm_actions, insufficient_data_actions, configured_ms, state,
                            state_reason, state_reason_data, state_updated_ms,
                            state_transitioned_ms, account, region, name, version)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                            ?, ?, ?, ?, ?, ?, 1)
                        ON CONFLICT DO NOTHING
                        """)) {
            setAlarm(insert, alarm);
            setKey(insert, 27, key);
            return insert.executeUpdate() == 1;
        }
    }

    /// Replaces the alarm that was read as `kept`.
    ///
    /// @return false when it is no longer that one
    boolean update(KeptAlarm kept, MetricAlarm alarm) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.alarm SET description = ?, namespace = ?, metric_name = ?,
                            dimension_names = ?, dimension_values = ?, dimension_key = ?,
                            statistic = ?, extended_statistic = ?, unit = ?, period = ?,
                            evaluation_periods = ?, datapoints_to_alarm = ?, threshold = ?,
                            comparison_operator = ?, treat_missing_data = ?,
                            low_sample_percentile = ?, actions_enabled = ?, ok_actions = ?,
                            alarm_actions = ?, insufficient_data_actions = ?, configured_ms = ?,
                            state = ?, state_reason = ?, state_reason_data = ?,
                            state_updated_ms = ?, state_transitioned_ms = ?, version = version + 1
                        WHERE account = ? AND region = ? AND name = ? AND version = ?
                        """)) {
            setAlarm(update, alarm);
            setKey(update, 27, kept.key());
            update.setLong(30, kept.version());
            return update.executeUpdate() == 1;
        }
    }

    void delete(AlarmKey key) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM alarms.alarm WHERE account = ? AND region = ? AND name = ?")) {
            setKey(delete, key);
            delete.executeUpdate();
        }
    }

    private void setAlarm(PreparedStatement statement, MetricAlarm alarm) throws SQLException {
        var dimensions = alarm.dimensions();
        statement.setString(1, alarm.alarmDescription());
        statement.setString(2, alarm.namespace());
        statement.setString(3, alarm.metricName());
        statement.setArray(4, texts(dimensions.stream().map(Dimension::name).toList()));
        statement.setArray(5, texts(dimensions.stream().map(Dimension::value).toList()));
        statement.setString(6, DimensionKey.of(dimensions));
        statement.setString(7, alarm.statisticAsString());
        statement.setString(8, alarm.extendedStatistic());
        statement.setString(9, alarm.unitAsString());
        statement.setInt(10, alarm.period());
        statement.setInt(11, alarm.evaluationPeriods());
        if (alarm.datapointsToAlarm() == null) {
            statement.setNull(12, Types.INTEGER);
        } else {
            statement.setInt(12, alarm.datapointsToAlarm());
        }
        statement.setDouble(13, alarm.threshold());
        statement.setString(14, alarm.comparisonOperatorAsString());
        statement.setString(15, alarm.treatMissingData());
        statement.setString(16, alarm.evaluateLowSampleCountPercentile());
        statement.setBoolean(17, alarm.actionsEnabled());
        statement.setArray(18, texts(alarm.okActions()));
        statement.setArray(19, texts(alarm.alarmActions()));
        statement.setArray(20, texts(alarm.insufficientDataActions()));
        statement.setLong(21, alarm.alarmConfigurationUpdatedTimestamp().toEpochMilli());
        statement.setString(22, alarm.stateValueAsString());
        statement.setString(23, alarm.stateReason());
        statement.setString(24, alarm.stateReasonData());
        statement.setLong(25, alarm.stateUpdatedTimestamp().toEpochMilli());
        statement.setLong(26, alarm.stateTransitionedTimestamp().toEpochMilli());
    }

    private java.sql.Array texts(Collection<String> values) throws SQLException {
        return tx.createArrayOf("text", values.toArray());
    }

    private static void setKey(PreparedStatement statement, AlarmKey key) throws SQLException {
        setKey(statement, 1, key);
    }

    private static void setKey(PreparedStatement statement, int index, AlarmKey key)
            throws SQLException {
        statement.setString(index, key.tenant().account());
        statement.setString(index + 1, key.tenant().region());
        statement.setString(index + 2, key.name());
    }

    private static void setTenant(PreparedStatement statement, Tenant tenant) throws SQLException {
        statement.setString(1, tenant.account());
        statement.setString(2, tenant.region());
    }

    private static List<KeptAlarm> read(PreparedStatement select) throws SQLException {
        var alarms = new ArrayList<KeptAlarm>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                var tenant = new Tenant(row.getString("account"), row.getString("region"));
                var key = new AlarmKey(tenant, row.getString("name"));
                alarms.add(new KeptAlarm(key, row.getLong("version"), alarm(key, row)));
            }
        }
        return alarms;
    }

    private static MetricAlarm alarm(AlarmKey key, ResultSet row) throws SQLException {
        var datapointsToAlarm = row.getInt("datapoints_to_alarm");
        var alarm =
                MetricAlarm.builder()
                        .datapointsToAlarm(row.wasNull() ? null : datapointsToAlarm)
                        .alarmName(key.name())
                        .alarmArn(key.arn())
                        .alarmDescription(row.getString("description"))
                        .alarmConfigurationUpdatedTimestamp(time(row, "configured_ms"))
                        .actionsEnabled(row.getBoolean("actions_enabled"))
                        .okActions(list(row, "ok_actions"))
                        .alarmActions(list(row, "alarm_actions"))
                        .insufficientDataActions(list(row, "insufficient_data_actions"))
                        .stateValue(row.getString("state"))
                        .stateReason(row.getString("state_reason"))
                        .stateReasonData(row.getString("state_reason_data"))
                        .stateUpdatedTimestamp(time(row, "state_updated_ms"))
                        .stateTransitionedTimestamp(time(row, "state_transitioned_ms"))
                        .metricName(row.getString("metric_name"))
                        .namespace(row.getString("namespace"))
                        .statistic(row.getString("statistic"))
                        .extendedStatistic(row.getString("extended_statistic"))
                        .dimensions(dimensions(row))
                        .period(row.getInt("period"))
                        .unit(row.getString("unit"))
                        .evaluationPeriods(row.getInt("evaluation_periods"))
                        .threshold(row.getDouble("threshold"))
                        .comparisonOperator(row.getString("comparison_operator"))
                        .treatMissingData(row.getString("treat_missing_data"))
                        .evaluateLowSampleCountPercentile(row.getString("low_sample_percentile"));
        return alarm.build();
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    private static List<String> list(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static List<Dimension> dimensions(ResultSet row) throws SQLException {
        var names = list(row, "dimension_names");
        var values = list(row, "dimension_values");
        var dimensions = new ArrayList<Dimension>(names.size());
        for (var i = 0; i < names.size(); i++) {
            dimensions.add(Dimension.builder().name(names.get(i)).value(values.get(i)).build());
        }
        return List.copyOf(dimensions);
    }
}
