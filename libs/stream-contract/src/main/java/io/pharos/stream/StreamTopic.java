package io.pharos.stream;

/// Names of the Kafka topics behind users' streams: `stream.<account>.<region>.<name>`. One shard is
/// one partition; the value is the record's data as it was put, the key its partition key in UTF-8,
/// so that a plain Kafka consumer reads what the Kinesis-shaped API answers.
public final class StreamTopic {
    private StreamTopic() {}

    public static String of(String account, String region, String streamName) {
        return "stream." + account + "." + region + "." + streamName;
    }
}
