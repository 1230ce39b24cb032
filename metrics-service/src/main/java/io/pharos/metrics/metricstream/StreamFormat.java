package io.pharos.metrics.metricstream;

import software.amazon.awssdk.services.cloudwatch.model.MetricStreamOutputFormat;

import java.util.List;

/// Updates as the bytes of records.
@FunctionalInterface
public interface StreamFormat {
    /// What a record holds at most, unless one update is more: far below what streams take.
    int MAX_RECORD_BYTES = 256 << 10;

    /// In order; each record is whole by itself.
    List<byte[]> records(MetricStream stream, List<StreamUpdate> updates);

    static StreamFormat of(MetricStream stream) {
        return switch (stream.definition().outputFormat()) {
            case JSON -> new JsonFormat();
            case OPENTELEMETRY1_0 -> new OtlpFormat(OtlpFormat.Version.V1_0);
            case OPENTELEMETRY0_7 -> new OtlpFormat(OtlpFormat.Version.V0_7);
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("an unknown format");
        };
    }

    /// In the order AWS tells them.
    static List<String> names() {
        return MetricStreamOutputFormat.knownValues().stream()
                .map(MetricStreamOutputFormat::toString)
                .sorted()
                .toList();
    }
}
