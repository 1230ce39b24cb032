package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.ledger.pg.Outbox;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.GroupNews;
import io.pharos.kit.Database;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.NotificationConfiguration;

import java.time.Instant;
import java.util.List;

/// Which topics are told of a group's activities.
public final class NotificationLedger {
    static final int MAX_TOPICS = 10;

    private final Database database;

    public NotificationLedger(Database database) {
        this.database = database;
    }

    /// The topic hears of `types` alone from now on, and gets a test message at once.
    public void put(GroupKey group, String topic, List<String> types, Instant now) {
        database.run(tx -> {
            var kept = GroupLedger.lock(tx, group);
            var rows = new NotificationRows(tx);
            rows.put(group, topic, types);
            var topics =
                    rows.list(group.tenant(), List.of(group.name())).stream()
                            .map(NotificationConfiguration::topicARN)
                            .distinct()
                            .count();
            if (topics > MAX_TOPICS) {
                throw LimitExceededException.builder()
                        .message("A group may notify at most " + MAX_TOPICS + " topics.")
                        .build();
            }
            var test = GroupNews.test(group, kept.group().autoScalingGroupARN(), now);
            new Outbox(tx)
                    .message(
                            group.tenant(),
                            topic,
                            GroupNews.testSubject(group),
                            GroupNews.asStructure(test),
                            now);
        });
    }

    /// @throws AwsError when the topic hears of nothing
    public void delete(GroupKey group, String topic) {
        database.run(tx -> {
            GroupLedger.lock(tx, group);
            if (!new NotificationRows(tx).delete(group, topic)) {
                throw AwsError.validation("The topic " + topic + " is not notified by the group.");
            }
        });
    }

    /// By group, topic and type.
    ///
    /// @param groups empty for all
    public List<NotificationConfiguration> list(Tenant tenant, List<String> groups) {
        return database.read(connection -> new NotificationRows(connection).list(tenant, groups));
    }
}
