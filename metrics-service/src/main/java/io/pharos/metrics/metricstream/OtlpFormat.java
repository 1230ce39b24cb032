package io.pharos.metrics.metricstream;

import com.google.protobuf.CodedOutputStream;

import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// AWS: a record is a run of ExportMetricsServiceRequest messages, each after its size as a varint; a
/// metric is a summary whose quantile 0 is the minimum and 1 the maximum, percentiles between. Version
/// 1.0 carries Namespace, MetricName and Dimensions as attributes, 0.7 namespace, name and each
/// dimension as labels. Written field by field: the two versions share the numbers of all fields but
/// these, and 0.7 has no published classes any more.
final class OtlpFormat implements StreamFormat {
    /// The versions of the protocol.
    enum Version {
        V0_7,
        V1_0
    }

    private static final long NANOS = 1_000_000_000L;
    private static final int MINUTE_S = 60;

    // Numbers of fields; messages in the order in which they are nested.
    private static final int REQUEST_RESOURCE_METRICS = 1;
    private static final int RESOURCE = 1;
    private static final int RESOURCE_ATTRIBUTES = 1;
    private static final int SCOPE_METRICS = 2;
    private static final int METRICS = 2;
    private static final int METRIC_NAME = 1;
    private static final int METRIC_UNIT = 3;
    private static final int METRIC_SUMMARY = 11;
    private static final int SUMMARY_POINTS = 1;
    private static final int POINT_LABELS = 1;
    private static final int POINT_START = 2;
    private static final int POINT_TIME = 3;
    private static final int POINT_COUNT = 4;
    private static final int POINT_SUM = 5;
    private static final int POINT_QUANTILES = 6;
    private static final int POINT_ATTRIBUTES = 7;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int ANY_STRING = 1;
    private static final int ANY_LIST = 6;
    private static final int LIST_VALUES = 1;

    private final Version version;

    OtlpFormat(Version version) {
        this.version = version;
    }

    @Override
    public List<byte[]> records(MetricStream stream, List<StreamUpdate> updates) {
        var records = new ArrayList<byte[]>();
        var metrics = new ByteArrayOutputStream();
        for (var update : updates) {
            var metric = field(METRICS, metric(stream, update));
            if (metrics.size() > 0 && metrics.size() + metric.length > MAX_RECORD_BYTES) {
                records.add(request(stream, metrics.toByteArray()));
                metrics.reset();
            }
            metrics.writeBytes(metric);
        }
        if (metrics.size() > 0) {
            records.add(request(stream, metrics.toByteArray()));
        }
        return records;
    }

    /// The size, then an ExportMetricsServiceRequest of one resource and scope.
    private static byte[] request(MetricStream stream, byte[] metrics) {
        var tenant = stream.tenant();
        var resource =
                message(out -> {
                    attribute(out, RESOURCE_ATTRIBUTES, "cloud.provider", "aws");
                    attribute(out, RESOURCE_ATTRIBUTES, "cloud.account.id", tenant.account());
                    attribute(out, RESOURCE_ATTRIBUTES, "cloud.region", tenant.region());
                    attribute(out, RESOURCE_ATTRIBUTES, "aws.exporter.arn", stream.arn());
                });
        var resourceMetrics =
                message(out -> {
                    out.writeByteArray(RESOURCE, resource);
                    out.writeByteArray(SCOPE_METRICS, metrics);
                });
        var request = message(out -> out.writeByteArray(REQUEST_RESOURCE_METRICS, resourceMetrics));
        return message(out -> out.writeByteArrayNoTag(request));
    }

    private byte[] metric(MetricStream stream, StreamUpdate update) {
        var series = update.series();
        return message(out -> {
            out.writeString(
                    METRIC_NAME, "amazonaws.com/" + series.namespace() + "/" + series.metricName());
            out.writeString(METRIC_UNIT, ucum(update.unit()));
            out.writeByteArray(METRIC_SUMMARY, field(SUMMARY_POINTS, point(stream, update)));
        });
    }

    private byte[] point(MetricStream stream, StreamUpdate update) {
        var aggregate = update.aggregate();
        return message(out -> {
            identity(out, update);
            out.writeFixed64(POINT_START, update.minuteS() * NANOS);
            out.writeFixed64(POINT_TIME, (update.minuteS() + MINUTE_S) * NANOS);
            out.writeFixed64(POINT_COUNT, Math.round(aggregate.sampleCount()));
            out.writeDouble(POINT_SUM, aggregate.sum());
            quantile(out, 0, aggregate.minimum());
            for (var name : stream.additionalStatistics(update.series())) {
                if (Statistic.parse(name).orElseThrow()
                        instanceof Statistic.Percentile percentile) {
                    var value = aggregate.value(percentile);
                    if (Double.isFinite(value)) {
                        quantile(out, percentile.percent() / 100, value);
                    }
                }
            }
            quantile(out, 1, aggregate.maximum());
        });
    }

    private static void quantile(CodedOutputStream target, double quantile, double value)
            throws IOException {
        target.writeByteArray(
                POINT_QUANTILES,
                message(out -> {
                    out.writeDouble(KEY, quantile);
                    out.writeDouble(VALUE, value);
                }));
    }

    private void identity(CodedOutputStream out, StreamUpdate update) throws IOException {
        var series = update.series();
        if (version == Version.V0_7) {
            label(out, "Namespace", series.namespace());
            label(out, "MetricName", series.metricName());
            for (var dimension : series.dimensions()) {
                label(out, dimension.name(), dimension.value());
            }
            return;
        }
        attribute(out, POINT_ATTRIBUTES, "Namespace", series.namespace());
        attribute(out, POINT_ATTRIBUTES, "MetricName", series.metricName());
        var dimensions =
                message(list -> {
                    for (var dimension : series.dimensions()) {
                        attribute(list, LIST_VALUES, dimension.name(), dimension.value());
                    }
                });
        var value = field(ANY_LIST, dimensions);
        out.writeByteArray(
                POINT_ATTRIBUTES,
                message(pair -> {
                    pair.writeString(KEY, "Dimensions");
                    pair.writeByteArray(VALUE, value);
                }));
    }

    /// A StringKeyValue of 0.7.
    private static void label(CodedOutputStream out, String key, String value) throws IOException {
        out.writeByteArray(
                POINT_LABELS,
                message(pair -> {
                    pair.writeString(KEY, key);
                    pair.writeString(VALUE, value);
                }));
    }

    /// A KeyValue with a string.
    private static void attribute(CodedOutputStream out, int number, String key, String value)
            throws IOException {
        var any = message(inner -> inner.writeString(ANY_STRING, value));
        out.writeByteArray(
                number,
                message(pair -> {
                    pair.writeString(KEY, key);
                    pair.writeByteArray(VALUE, any);
                }));
    }

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] field(int number, byte[] message) {
        return message(out -> out.writeByteArray(number, message));
    }

    private static byte[] message(Fields fields) {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// AWS: units by the Unified Code for Units of Measure.
    static String ucum(Unit unit) {
        var name = unit.awsName();
        if (name.endsWith("/Second")) {
            return simple(name.substring(0, name.length() - "/Second".length())) + "/s";
        }
        return simple(name);
    }

    private static String simple(String unit) {
        return switch (unit) {
            case "Seconds" -> "s";
            case "Microseconds" -> "us";
            case "Milliseconds" -> "ms";
            case "Bytes" -> "By";
            case "Kilobytes" -> "kBy";
            case "Megabytes" -> "MBy";
            case "Gigabytes" -> "GBy";
            case "Terabytes" -> "TBy";
            case "Bits" -> "bit";
            case "Kilobits" -> "kbit";
            case "Megabits" -> "MBit";
            case "Gigabits" -> "GBit";
            case "Terabits" -> "Tbit";
            case "Percent" -> "%";
            case "Count" -> "{Count}";
            case "None" -> "1";
            default -> throw new IllegalArgumentException("no such unit: " + unit);
        };
    }
}
