package io.pharos.alarms.config;

import org.eclipse.microprofile.config.Config;

import java.time.Duration;

/// alarm-service's settings, see its README.
///
/// @param maxAlarms how many alarms a tenant may have; one more is refused
/// @param evaluationInterval how often an alarm is looked at; its windows move at AWS's pace
/// @param historyRetention history items older than this are deleted
/// @param actionDeadline an action that could not be done for this long is given up
public record AlarmSettings(
        int maxAlarms,
        Duration evaluationInterval,
        Duration historyRetention,
        Duration actionDeadline) {

    public AlarmSettings {
        require(maxAlarms > 0, "pharos.alarms.max-alarms");
        require(
                !evaluationInterval.minusSeconds(1).isNegative()
                        && evaluationInterval.compareTo(Duration.ofMinutes(1)) <= 0,
                "pharos.alarms.evaluation-interval");
        require(historyRetention.isPositive(), "pharos.alarms.history-retention");
        require(actionDeadline.isPositive(), "pharos.alarms.action-deadline");
    }

    private static void require(boolean holds, String key) {
        if (!holds) {
            throw new IllegalArgumentException(key + " is out of bounds");
        }
    }

    public static AlarmSettings from(Config config) {
        return new AlarmSettings(
                config.getValue("pharos.alarms.max-alarms", Integer.class),
                config.getValue("pharos.alarms.evaluation-interval", Duration.class),
                config.getValue("pharos.alarms.history-retention", Duration.class),
                config.getValue("pharos.alarms.action-deadline", Duration.class));
    }
}
