package io.pharos.metrics.promql.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import io.pharos.metrics.promql.Budget;
import io.pharos.metrics.promql.Column;
import io.pharos.metrics.promql.Grid;
import io.pharos.metrics.promql.LabelSet;
import io.pharos.metrics.promql.SampleSource.Samples;
import io.pharos.metrics.promql.Value;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Answers in Prometheus's JSON.
final class Answer {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String PROMETHEUS_VERSION = "3.0.0";

    private Answer() {}

    /// Writes the value of `data`.
    @FunctionalInterface
    private interface Data {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] success(List<String> warnings, Data data) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("status", "success");
            json.writeFieldName("data");
            data.write(json);
            if (!warnings.isEmpty()) {
                json.writeFieldName("warnings");
                texts(json, warnings);
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] error(String errorType, String message) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("status", "error");
            json.writeStringField("errorType", errorType);
            json.writeStringField("error", message);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] ofTexts(Collection<String> texts, List<String> warnings) {
        return success(warnings, json -> texts(json, texts));
    }

    private static void texts(JsonGenerator json, Collection<String> texts) throws IOException {
        json.writeStartArray();
        for (var text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    static byte[] ofSeries(List<LabelSet> series, List<String> warnings) {
        return success(
                warnings,
                json -> {
                    json.writeStartArray();
                    for (var labels : series) {
                        labels(json, labels);
                    }
                    json.writeEndArray();
                });
    }

    private static void labels(JsonGenerator json, LabelSet labels) throws IOException {
        json.writeStartObject();
        labels.forEach((name, value) -> {
            try {
                json.writeStringField(name, value);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        });
        json.writeEndObject();
    }

    /// What a query took, when that was asked for: `stats=all`.
    private static void stats(JsonGenerator json, @Nullable Budget taken) throws IOException {
        if (taken == null) {
            return;
        }
        var seconds = taken.elapsed().toNanos() / 1e9;
        json.writeObjectFieldStart("stats");
        json.writeObjectFieldStart("timings");
        for (var timing : List.of("evalTotalTime", "innerEvalTime", "execTotalTime")) {
            json.writeNumberField(timing, seconds);
        }
        for (var none : List.of("resultSortTime", "queryPreparationTime", "execQueueTime")) {
            json.writeNumberField(none, 0);
        }
        json.writeEndObject();
        json.writeObjectFieldStart("samples");
        json.writeNumberField("totalQueryableSamples", taken.samples());
        json.writeNumberField("peakSamples", taken.values());
        json.writeEndObject();
        json.writeEndObject();
    }

    /// The version whose rules and API queries follow.
    static byte[] buildInformation() {
        return success(
                List.of(),
                json -> {
                    json.writeStartObject();
                    json.writeStringField("version", PROMETHEUS_VERSION);
                    json.writeStringField("revision", "pharos");
                    for (var none : List.of("branch", "buildUser", "buildDate", "goVersion")) {
                        json.writeStringField(none, "");
                    }
                    json.writeEndObject();
                });
    }

    /// What metrics are, as far as their names tell.
    static byte[] metadata(Collection<String> names, Predicate<String> isCounter) {
        return success(
                List.of(),
                json -> {
                    json.writeStartObject();
                    for (var name : names) {
                        json.writeArrayFieldStart(name);
                        json.writeStartObject();
                        json.writeStringField("type", isCounter.test(name) ? "counter" : "unknown");
                        json.writeStringField("help", "");
                        json.writeStringField("unit", "");
                        json.writeEndObject();
                        json.writeEndArray();
                    }
                    json.writeEndObject();
                });
    }

    /// Of one time.
    ///
    /// @param taken what the query took, to be told; null not to
    static byte[] instant(Value value, Grid grid, List<String> warnings, @Nullable Budget taken) {
        return success(
                warnings,
                json -> {
                    json.writeStartObject();
                    switch (value) {
                        case Value.Scalar(var values) -> {
                            json.writeStringField("resultType", "scalar");
                            json.writeFieldName("result");
                            sample(json, grid.startMs(), Answer.number(values[0]));
                        }
                        case Value.Text(var text) -> {
                            json.writeStringField("resultType", "string");
                            json.writeFieldName("result");
                            sample(json, grid.startMs(), text);
                        }
                        case Value.Vector(var columns) -> vector(json, columns, grid);
                        case Value.Matrix(var series) -> {
                            json.writeStringField("resultType", "matrix");
                            json.writeArrayFieldStart("result");
                            for (var one : series) {
                                samples(json, one);
                            }
                            json.writeEndArray();
                        }
                    }
                    stats(json, taken);
                    json.writeEndObject();
                });
    }

    private static void vector(JsonGenerator json, List<Column> columns, Grid grid)
            throws IOException {
        json.writeStringField("resultType", "vector");
        json.writeArrayFieldStart("result");
        for (var column : columns) {
            if (column.has(0)) {
                json.writeStartObject();
                json.writeFieldName("metric");
                labels(json, column.labels());
                json.writeFieldName("value");
                sample(json, grid.startMs(), number(column.values()[0]));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static void samples(JsonGenerator json, Samples series) throws IOException {
        json.writeStartObject();
        json.writeFieldName("metric");
        labels(json, series.labels());
        json.writeArrayFieldStart("values");
        for (var i = 0; i < series.timesMs().length; i++) {
            sample(json, series.timesMs()[i], number(series.values()[i]));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /// Over a range of time.
    ///
    /// @param columns none without a value
    /// @param taken what the query took, to be told; null not to
    static byte[] range(
            List<Column> columns, Grid grid, List<String> warnings, @Nullable Budget taken) {
        return success(
                warnings,
                json -> {
                    json.writeStartObject();
                    json.writeStringField("resultType", "matrix");
                    json.writeArrayFieldStart("result");
                    var samples = new SampleWriter(grid);
                    for (var column :
                            columns.stream()
                                    .sorted(Comparator.comparing(Column::labels))
                                    .toList()) {
                        json.writeStartObject();
                        json.writeFieldName("metric");
                        labels(json, column.labels());
                        json.writeFieldName("values");
                        samples.write(json, column);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    stats(json, taken);
                    json.writeEndObject();
                });
    }

    /// `[seconds,"value"]`
    private static void sample(JsonGenerator json, long timeMs, String value) throws IOException {
        json.writeStartArray();
        if (timeMs % 1_000 == 0) {
            json.writeNumber(timeMs / 1_000);
        } else {
            json.writeNumber(BigDecimal.valueOf(timeMs, 3));
        }
        json.writeString(value);
        json.writeEndArray();
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return isWhole(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static boolean isWhole(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15;
    }

    /// Writes the samples of many columns over the same steps: the text of each step once, and all as
    /// characters that need no escapes.
    private static final class SampleWriter {
        private static final int LONGEST = 32;
        private static final int BUFFER = 8_192;

        private final char[][] steps;
        private final char[] buffer = new char[BUFFER];
        private int size;

        SampleWriter(Grid grid) {
            steps = new char[grid.count()][];
            for (var i = 0; i < steps.length; i++) {
                var ms = grid.at(i);
                var seconds =
                        ms % 1_000 == 0
                                ? Long.toString(ms / 1_000)
                                : BigDecimal.valueOf(ms, 3).toPlainString();
                steps[i] = ("[" + seconds + ",\"").toCharArray();
            }
        }

        void write(JsonGenerator json, Column column) throws IOException {
            json.writeRawValue("[");
            var values = column.values();
            var isFirst = true;
            for (var i = 0; i < steps.length; i++) {
                if (!column.has(i)) {
                    continue;
                }
                if (size > BUFFER - 3 * LONGEST) {
                    flush(json);
                }
                if (!isFirst) {
                    buffer[size++] = ',';
                }
                isFirst = false;
                var step = steps[i];
                System.arraycopy(step, 0, buffer, size, step.length);
                size += step.length;
                number(values[i]);
                buffer[size++] = '"';
                buffer[size++] = ']';
            }
            flush(json);
            json.writeRaw(']');
        }

        private void flush(JsonGenerator json) throws IOException {
            json.writeRaw(buffer, 0, size);
            size = 0;
        }

        private void number(double value) {
            if (value >= 0 && isWhole(value)) {
                whole((long) value);
            } else {
                var text = Answer.number(value);
                text.getChars(0, text.length(), buffer, size);
                size += text.length();
            }
        }

        private void whole(long value) {
            var end = size + 1;
            for (var rest = value; rest >= 10; rest /= 10) {
                end++;
            }
            var rest = value;
            for (var at = end - 1; at >= size; at--) {
                buffer[at] = (char) ('0' + rest % 10);
                rest /= 10;
            }
            size = end;
        }
    }
}
