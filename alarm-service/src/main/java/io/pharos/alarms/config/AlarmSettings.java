package io.pharos.alarms.config;

import io.pharos.alarms.alarm.ActionReach;
import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.http.Webhook;

import org.eclipse.microprofile.config.Config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// alarm-service's settings, see its README.
///
/// @param maxAlarms how many alarms a tenant may have; one more is refused
/// @param evaluationInterval how long a state that a client set stays at least
/// @param settle how long after its end a window is judged that has datapoints in its last step
/// @param historyRetention history items older than this are deleted
/// @param actionDeadline an action that could not be done for this long is given up
/// @param lambda where functions are
/// @param webhook where goes what AWS does itself
public record AlarmSettings(
        int maxAlarms,
        Duration evaluationInterval,
        Duration settle,
        Duration historyRetention,
        Duration actionDeadline,
        Optional<Lambda> lambda,
        Optional<Webhook> webhook) {

    /// @param endpoint a URL, `{region}` in it stands for the function's region
    /// @param accessKeyId empty for the SDK's default chain
    public record Lambda(
            String endpoint, Optional<String> accessKeyId, Optional<String> secretAccessKey) {}

    public AlarmSettings {
        require(maxAlarms > 0, "pharos.alarms.max-alarms");
        require(
                !evaluationInterval.minusSeconds(1).isNegative()
                        && evaluationInterval.compareTo(Duration.ofMinutes(1)) <= 0,
                "pharos.alarms.evaluation-interval");
        require(
                !settle.isNegative() && settle.compareTo(AlarmRule.SETTLE) <= 0,
                "pharos.alarms.settle");
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
                config.getValue("pharos.alarms.settle", Duration.class),
                config.getValue("pharos.alarms.history-retention", Duration.class),
                config.getValue("pharos.alarms.action-deadline", Duration.class),
                config.getOptionalValue("pharos.alarms.lambda-endpoint", String.class)
                        .map(endpoint ->
                                new Lambda(
                                        endpoint,
                                        text(config, "pharos.alarms.lambda-access-key-id"),
                                        text(config, "pharos.alarms.lambda-secret-access-key"))),
                webhook(config, "pharos.alarms.action-webhook"));
    }

    /// @param key of the address; its token's ends with `-token`
    static Optional<Webhook> webhook(Config config, String key) {
        return config.getOptionalValue(key, URI.class)
                .map(address -> new Webhook(address, text(config, key + "-token").orElse(null)));
    }

    private static Optional<String> text(Config config, String key) {
        return config.getOptionalValue(key, String.class);
    }

    ActionReach reach() {
        return new ActionReach(lambda.isPresent(), webhook.isPresent());
    }
}
