package io.pharos.logs.anomaly.api;

import io.pharos.kit.Database;
import io.pharos.logs.anomaly.pg.PgAnomalies;
import io.pharos.logs.anomaly.pg.PgAnomalyDetectors;
import io.pharos.logs.group.pg.PgLogGroups;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/// The operations, for tests of other packages.
public final class LogAnomalies {
    private LogAnomalies() {}

    public static CloudWatchLogsClient api(Database database, PgLogGroups groups) {
        return new LogAnomalyApi(
                new PgAnomalyDetectors(database), new PgAnomalies(database), groups);
    }
}
