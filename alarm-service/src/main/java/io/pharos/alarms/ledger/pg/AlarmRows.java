package io.pharos.alarms.ledger.pg;

import static io.pharos.alarms.ledger.pg.KeyColumns.setKey;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.ledger.AlarmFilter;
import io.pharos.alarms.ledger.DimensionKey;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.ledger.QueryJson;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Table `alarms.alarm`. Every method works on the caller's transaction.
final class AlarmRows {
    /// What a write sets, in this order.
    private static final List<String> SETTABLE =
            List.of(
                    "type",
                    "description",
                    "actions_enabled",
                    "ok_actions",
                    "alarm_actions",
                    "insufficient_data_actions",
                    "configured_ms",
                    "state",
                    "state_reason",
                    "state_reason_data",
                    "state_updated_ms",
                    "state_transitioned_ms",
                    "namespace",
                    "metric_name",
                    "dimension_names",
                    "dimension_values",
                    "dimension_key",
                    "statistic",
                    "extended_statistic",
                    "unit",
                    "period",
                    "evaluation_periods",
                    "datapoints_to_alarm",
                    "threshold",
                    "comparison_operator",
                    "treat_missing_data",
                    "low_sample_percentile",
                    "metrics",
                    "threshold_metric_id",
                    "evaluation_state",
                    "rule",
                    "suppressor",
                    "suppressor_wait",
                    "suppressor_extension",
                    "suppressed_by",
                    "suppressed_reason");

    private static final String COLUMNS =
            "account, region, name, version, " + String.join(", ", SETTABLE);
    private static final String INSERT =
            "INSERT INTO alarms.alarm ("
                    + String.join(", ", SETTABLE)
                    + ", account, region, name, version) VALUES ("
                    + "?, ".repeat(SETTABLE.size())
                    + "?, ?, ?, 1) ON CONFLICT DO NOTHING";
    private static final String UPDATE =
            "UPDATE alarms.alarm SET "
                    + String.join(" = ?, ", SETTABLE)
                    + " = ?, version = version + 1"
                    + " WHERE account = ? AND region = ? AND name = ? AND version = ?";
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

    /// Holds all of `names` that exist until the transaction ends. They are taken in the order of
    /// their names, so that two that want some of the same never wait for each other.
    ///
    /// @return those that exist
    List<String> lockAll(Tenant tenant, Collection<String> names) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT name FROM alarms.alarm WHERE account = ? AND region = ?"
                                + " AND name = ANY(?) ORDER BY name FOR UPDATE")) {
            setTenant(select, tenant);
            select.setArray(3, texts(names));
            var found = new ArrayList<String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row.getString(1));
                }
            }
            return found;
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
                                  AND type = ANY(?)
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
            select.setArray(4, texts(filter.types().stream().map(AlarmType::toString).toList()));
            select.setArray(5, names);
            select.setArray(6, names);
            setTwice(select, 7, filter.namePrefix());
            setTwice(select, 9, filter.state());
            setTwice(select, 11, filter.actionPrefix());
            select.setInt(13, filter.limit());
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

    /// Alarms that the rule of composite alarm `parent` names, sorted by name.
    List<KeptAlarm> children(Tenant tenant, String parent, String after, int limit)
            throws SQLException {
        return related(
                "name IN (SELECT child FROM alarms.alarm_child c WHERE c.account = alarm.account"
                        + " AND c.region = alarm.region AND c.parent = ? AND c.role = 'rule')",
                tenant,
                parent,
                after,
                limit);
    }

    /// Composite alarms that `child` is part of, sorted by name.
    List<KeptAlarm> parents(Tenant tenant, String child, String after, int limit)
            throws SQLException {
        return related(
                "name IN (SELECT parent FROM alarms.alarm_child c WHERE c.account = alarm.account"
                        + " AND c.region = alarm.region AND c.child = ?)",
                tenant,
                child,
                after,
                limit);
    }

    private List<KeptAlarm> related(
            String condition, Tenant tenant, String to, String after, int limit)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.alarm WHERE account = ? AND region = ? AND "
                                + condition
                                + " AND name > ? ORDER BY name LIMIT ?")) {
            setTenant(select, tenant);
            select.setString(3, to);
            select.setString(4, after);
            select.setInt(5, limit);
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
    boolean insert(AlarmKey key, Alarm alarm) throws SQLException {
        try (var insert = tx.prepareStatement(INSERT)) {
            var next = set(insert, values(alarm));
            setKey(insert, next, key);
            return insert.executeUpdate() == 1;
        }
    }

    /// Replaces the alarm that was read as `kept`.
    ///
    /// @return false when it is no longer that one
    boolean update(KeptAlarm kept, Alarm alarm) throws SQLException {
        try (var update = tx.prepareStatement(UPDATE)) {
            var next = set(update, values(alarm));
            setKey(update, next, kept.key());
            update.setLong(next + 3, kept.version());
            return update.executeUpdate() == 1;
        }
    }

    /// @return the index of the parameter after them
    private static int set(PreparedStatement statement, Map<String, ?> values) throws SQLException {
        var index = 1;
        for (var column : SETTABLE) {
            statement.setObject(index++, values.get(column));
        }
        return index;
    }

    void delete(AlarmKey key) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM alarms.alarm WHERE account = ? AND region = ? AND name = ?")) {
            setKey(delete, key);
            delete.executeUpdate();
        }
    }

    /// By column; what the alarm does not have is missing.
    private Map<String, @Nullable Object> values(Alarm alarm) throws SQLException {
        var values = new HashMap<String, @Nullable Object>();
        values.put("type", alarm.type().toString());
        values.put("description", alarm.description());
        values.put("actions_enabled", alarm.actionsEnabled());
        values.put("ok_actions", texts(alarm.okActions()));
        values.put("alarm_actions", texts(alarm.alarmActions()));
        values.put("insufficient_data_actions", texts(alarm.insufficientDataActions()));
        values.put("configured_ms", alarm.configured().toEpochMilli());
        values.put("state", alarm.state().toString());
        values.put("state_reason", alarm.stateReason());
        values.put("state_reason_data", alarm.stateReasonData());
        values.put("state_updated_ms", alarm.stateUpdated().toEpochMilli());
        values.put("state_transitioned_ms", alarm.stateTransitioned().toEpochMilli());
        switch (alarm) {
            case Alarm.OnMetrics(var metric) -> addMetric(values, metric);
            case Alarm.OnAlarms(var composite) -> addComposite(values, composite);
        }
        return values;
    }

    private void addMetric(Map<String, @Nullable Object> values, MetricAlarm alarm)
            throws SQLException {
        var dimensions = alarm.dimensions();
        values.put("namespace", alarm.namespace());
        values.put("metric_name", alarm.metricName());
        values.put("dimension_names", texts(dimensions.stream().map(Dimension::name).toList()));
        values.put("dimension_values", texts(dimensions.stream().map(Dimension::value).toList()));
        values.put("dimension_key", DimensionKey.of(dimensions));
        values.put("statistic", alarm.statisticAsString());
        values.put("extended_statistic", alarm.extendedStatistic());
        values.put("unit", alarm.unitAsString());
        values.put("period", alarm.period());
        values.put("evaluation_periods", alarm.evaluationPeriods());
        values.put("datapoints_to_alarm", alarm.datapointsToAlarm());
        values.put("threshold", alarm.threshold());
        values.put("comparison_operator", alarm.comparisonOperatorAsString());
        values.put("treat_missing_data", alarm.treatMissingData());
        values.put("low_sample_percentile", alarm.evaluateLowSampleCountPercentile());
        values.put("metrics", alarm.hasMetrics() ? QueryJson.write(alarm.metrics()) : null);
        values.put("threshold_metric_id", alarm.thresholdMetricId());
        values.put("evaluation_state", alarm.evaluationStateAsString());
    }

    private static void addComposite(Map<String, @Nullable Object> values, CompositeAlarm alarm) {
        values.put("rule", alarm.alarmRule());
        values.put("suppressor", alarm.actionsSuppressor());
        values.put("suppressor_wait", alarm.actionsSuppressorWaitPeriod());
        values.put("suppressor_extension", alarm.actionsSuppressorExtensionPeriod());
        values.put("suppressed_by", alarm.actionsSuppressedByAsString());
        values.put("suppressed_reason", alarm.actionsSuppressedReason());
    }

    private java.sql.Array texts(Collection<String> values) throws SQLException {
        return tx.createArrayOf("text", values.toArray());
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

    private static Alarm alarm(AlarmKey key, ResultSet row) throws SQLException {
        return row.getString("type").equals(AlarmType.COMPOSITE_ALARM.toString())
                ? Alarm.of(composite(key, row))
                : Alarm.of(metric(key, row));
    }

    private static MetricAlarm metric(AlarmKey key, ResultSet row) throws SQLException {
        var metrics = row.getString("metrics");
        return MetricAlarm.builder()
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
                .period(number(row, "period"))
                .unit(row.getString("unit"))
                .evaluationPeriods(number(row, "evaluation_periods"))
                .datapointsToAlarm(number(row, "datapoints_to_alarm"))
                .threshold((Double) row.getObject("threshold"))
                .comparisonOperator(row.getString("comparison_operator"))
                .treatMissingData(row.getString("treat_missing_data"))
                .evaluateLowSampleCountPercentile(row.getString("low_sample_percentile"))
                .metrics(metrics == null ? null : QueryJson.read(metrics))
                .thresholdMetricId(row.getString("threshold_metric_id"))
                .evaluationState(row.getString("evaluation_state"))
                .build();
    }

    private static CompositeAlarm composite(AlarmKey key, ResultSet row) throws SQLException {
        return CompositeAlarm.builder()
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
                .alarmRule(row.getString("rule"))
                .actionsSuppressor(row.getString("suppressor"))
                .actionsSuppressorWaitPeriod(number(row, "suppressor_wait"))
                .actionsSuppressorExtensionPeriod(number(row, "suppressor_extension"))
                .actionsSuppressedBy(row.getString("suppressed_by"))
                .actionsSuppressedReason(row.getString("suppressed_reason"))
                .build();
    }

    private static @Nullable Integer number(ResultSet row, String column) throws SQLException {
        return (Integer) row.getObject(column);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    private static List<String> list(ResultSet row, String column) throws SQLException {
        var values = row.getArray(column);
        return values == null ? List.of() : List.of((String[]) values.getArray());
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
