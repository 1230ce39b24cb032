package io.pharos.metrics.metricstream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.pharos.metric.Statistic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// AWS: JSON objects, one a line, each ended by a line feed. A statistic that is unavailable is left
/// out. The timestamp is the start of the minute in milliseconds.
final class JsonFormat implements StreamFormat {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public List<byte[]> records(MetricStream stream, List<StreamUpdate> updates) {
        var records = new ArrayList<byte[]>();
        var record = new ByteArrayOutputStream();
        for (var update : updates) {
            var line = line(stream, update);
            if (record.size() > 0 && record.size() + line.length > MAX_RECORD_BYTES) {
                records.add(record.toByteArray());
                record.reset();
            }
            record.writeBytes(line);
        }
        if (record.size() > 0) {
            records.add(record.toByteArray());
        }
        return records;
    }

    private static byte[] line(MetricStream stream, StreamUpdate update) {
        var line = new ByteArrayOutputStream(512);
        try (var json = JSON.createGenerator(line)) {
            var series = update.series();
            json.writeStartObject();
            json.writeStringField("metric_stream_name", stream.name());
            json.writeStringField("account_id", series.account());
            json.writeStringField("region", series.region());
            json.writeStringField("namespace", series.namespace());
            json.writeStringField("metric_name", series.metricName());
            json.writeObjectFieldStart("dimensions");
            for (var dimension : series.dimensions()) {
                json.writeStringField(dimension.name(), dimension.value());
            }
            json.writeEndObject();
            json.writeNumberField("timestamp", update.minuteS() * 1_000);
            json.writeObjectFieldStart("value");
            values(json, stream, update);
            json.writeEndObject();
            json.writeStringField("unit", update.unit().awsName());
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        line.write('\n');
        return line.toByteArray();
    }

    private static void values(JsonGenerator json, MetricStream stream, StreamUpdate update)
            throws IOException {
        var aggregate = update.aggregate();
        json.writeNumberField("count", aggregate.sampleCount());
        json.writeNumberField("sum", aggregate.sum());
        json.writeNumberField("max", aggregate.maximum());
        json.writeNumberField("min", aggregate.minimum());
        for (var name : stream.additionalStatistics(update.series())) {
            var value = aggregate.value(Statistic.parse(name).orElseThrow());
            if (Double.isFinite(value)) {
                json.writeNumberField(name, value);
            }
        }
    }
}
