package io.pharos.stream;

/// The topics that services share. Streams of users live in `stream.<name>` beside them, see
/// [StreamTopic].
public enum Topic {
    /// [MetricBatch] by series hash. Written by ingest and logs, read by metrics, alarms and anyone downstream.
    METRIC_DATA("metric-data"),
    /// [LogBatch] by account/region/group/stream. Written by ingest and events, read by logs.
    LOG_EVENTS("log-events"),
    /// [BusEvents] by account/region/bus. Written by ingest, alarms, trails; read by events.
    BUS_EVENTS("bus-events"),
    /// [ApiRecord] by account/region. Written by the front door, read by events.
    API_RECORDS("api-records");

    private final String topicName;

    Topic(String topicName) {
        this.topicName = topicName;
    }

    public String topicName() {
        return topicName;
    }

    /// Where a record goes that its reader can not take, with the reason in its headers.
    public String deadLetters() {
        return topicName + ".dead";
    }
}
