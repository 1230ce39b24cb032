package io.pharos.ingest.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.metric.Datum;
import io.pharos.metric.Dimension;
import io.pharos.metric.PutMetricDataRules;
import io.pharos.metric.RefusedMetricData;
import io.pharos.stream.MetricBatch;
import io.pharos.wire.AwsError;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Headers;
import io.pharos.wire.Tenant;
import io.pharos.wire.WireRequest;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/// The short way takes nothing that the generic one would not take, and makes the same of it.
class PlainScanTest {
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");
    private static final long NOW = 1_795_000_000_123L;
    private static final int PARTITIONS = 3;
    private static final int FUZZED = 60_000;

    private static final String WHOLE =
            """
            {"Namespace": "My/App", "MetricData": [
              {"MetricName": "latency", "Dimensions": [{"Name": "b", "Value": "2"},
                 {"Value": "host-1", "Name": "a"}], "Timestamp": 1794999999.25, "Value": 12.5,
               "Unit": "Milliseconds", "StorageResolution": 1},
              {"MetricName": "errors", "Value": 3, "Dimensions": [{"Name": "b", "Value": "2"},
                 {"Value": "host-1", "Name": "a"}]},
              {"Value": -0.001e3, "MetricName": "latency", "Unit": "None"},
              {"MetricName": "errors", "Value": 4, "Dimensions": [{"Name": "b", "Value": "3"}]},
              {"Dimensions": [{"Name": "b", "Value": "3"}], "MetricName": "latency", "Value": 5},
              {"MetricName":"count","Dimensions":[],"Timestamp":1794999000,"Value":123456789012345678,
               "StorageResolution":60}]}
            """;

    private final PlainScan scan = new PlainScan();

    @Test
    void readsWhatClientsSend() {
        expectSame(WHOLE);
        expectSame(one("\"Value\": 0"));
        expectSame(one("\"Value\": 1.7976931348623157e100"));
        expectSame(one("\"Value\": 0.1, \"Timestamp\": 1794999999.999"));
        expectSame(one("\"Value\": 9007199254740993"));
        expectSame(one("\"Value\": 0.30000000000000004, \"Unit\": \"Bytes/Second\""));
        expectSame(one("\"Value\": -0.0"));
        expectSame(
                "{\"MetricData\": [{\"MetricName\": \"m\", \"Value\": 1}], \"Namespace\": \"N\"}");
    }

    @Test
    void declinesWhatIsNotPlain() {
        for (var body :
                List.of(
                        "",
                        "{",
                        "{}",
                        "[]",
                        "{\"Namespace\": \"N\", \"MetricData\": []}",
                        "{\"Namespace\": \"AWS/EC2\", \"MetricData\": [{\"MetricName\": \"m\", \"Value\": 1}]}",
                        "{\"Namespace\": \" N\", \"MetricData\": [{\"MetricName\": \"m\", \"Value\": 1}]}",
                        one("\"Value\": 1") + "x",
                        one("\"Value\": 1, \"Value\": 2"),
                        one("\"Value\": null"),
                        one("\"Value\": \"NaN\""),
                        one("\"Value\": 01"),
                        one("\"Value\": 1."),
                        one("\"Value\": .5"),
                        one("\"Value\": +1"),
                        one("\"Value\": 1e"),
                        one("\"Value\": -"),
                        one("\"Value\": -0"),
                        one("\"Value\": 1e200"),
                        one("\"Values\": [1]"),
                        one("\"Unit\": \"Count\""),
                        one("\"Value\": 1, \"Unit\": \"count\""),
                        one("\"Value\": 1, \"Unit\": \"\""),
                        one("\"Value\": 1, \"StorageResolution\": 30"),
                        one("\"Value\": 1, \"Timestamp\": 1"),
                        one("\"Value\": 1, \"Timestamp\": \"2026-11-21T00:00:00Z\""),
                        one("\"Value\": 1, \"Timestamp\": 1795999999"),
                        one("\"Value\": 1, \"Dimensions\": [{\"Name\": \"a\"}]"),
                        one("\"Value\": 1, \"Dimensions\": [{\"Name\": \":a\", \"Value\": \"1\"}]"),
                        one(
                                "\"Value\": 1, \"Dimensions\": [{\"Name\": \"a\", \"Value\": \"1\"},"
                                        + " {\"Name\": \"a\", \"Value\": \"2\"}]"),
                        "{\"Namespace\": \"N\", \"MetricData\": [{\"MetricName\": \"\\u006d\", \"Value\": 1}]}",
                        "{\"Namespace\": \"N\", \"MetricData\": [{\"MetricName\": \"é\", \"Value\": 1}]}",
                        "{\"Namespace\": \"N\", \"MetricData\": [{\"MetricName\": \"a\tb\", \"Value\": 1}]}",
                        "{\"Namespace\": \"N\", \"Other\": 1, \"MetricData\": [{\"MetricName\": \"m\","
                                + " \"Value\": 1}]}")) {
            assertThat(read(body)).as(body).isEmpty();
        }
    }

    /// Texts are cut, doubled, changed: whatever still passes means the same to both.
    @Test
    void isNeverMoreLenientThanTheGenericWay() {
        var random = new Random(20_261_121);
        var taken = 0;
        for (var i = 0; i < FUZZED; i++) {
            var text = new StringBuilder(WHOLE);
            for (var change = random.nextInt(3); change >= 0; change--) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, (char) (random.nextInt(0x60) + 0x20));
                    case 2 ->
                            text.insert(
                                    at, "{}[]\",:0123456789.eE- \\\n".charAt(random.nextInt(24)));
                    default -> {
                        var end = Math.min(text.length(), at + random.nextInt(40));
                        text.insert(random.nextInt(text.length()), text.substring(at, end));
                    }
                }
            }
            var body = text.toString();
            if (read(body).isPresent()) {
                taken++;
                expectSame(body);
            }
        }
        assertThat(taken).isGreaterThan(FUZZED / 100);
    }

    @Test
    void takesAsManyDatumsAndDimensionsAsAws() {
        var datum = new StringBuilder("{\"MetricName\": \"m\", \"Value\": 1, \"Dimensions\": [");
        for (var i = 0; i < PutMetricDataRules.MAX_DIMENSIONS; i++) {
            datum.append(i == 0 ? "" : ",")
                    .append("{\"Name\": \"n%d\", \"Value\": \"%d\"}".formatted(i, i));
        }
        datum.append("]}");
        var most = String.join(",", java.util.Collections.nCopies(1_000, datum.toString()));
        expectSame("{\"Namespace\": \"N\", \"MetricData\": [" + most + "]}");
        assertThat(read("{\"Namespace\": \"N\", \"MetricData\": [" + most + "," + datum + "]}"))
                .isEmpty();
        var more = datum.toString().replace("]}", ",{\"Name\": \"x\", \"Value\": \"1\"}]}");
        assertThat(read("{\"Namespace\": \"N\", \"MetricData\": [" + more + "]}")).isEmpty();
    }

    /// Many different texts: the table of texts grows, and the next request starts anew.
    @Test
    void keepsNothingFromOneRequestToTheNext() {
        var many = new StringBuilder("{\"Namespace\": \"N\", \"MetricData\": [");
        for (var i = 0; i < 1_000; i++) {
            many.append(i == 0 ? "" : ",")
                    .append(
                            ("{\"MetricName\": \"metric-number-%d\", \"Value\": %d, \"Dimensions\":"
                                            + " [{\"Name\": \"n\", \"Value\": \"value-%d\"}]}")
                                    .formatted(i, i, i));
        }
        expectSame(many.append("]}").toString());
        expectSame(WHOLE);
    }

    private static String one(String members) {
        return "{\"Namespace\": \"N\", \"MetricData\": [{\"MetricName\": \"m\", " + members + "}]}";
    }

    private Optional<Map<Integer, MetricBatch>> read(String body) {
        var json = body.getBytes(StandardCharsets.UTF_8);
        if (!scan.read(json, json.length, NOW)) {
            return Optional.empty();
        }
        var records = new HashMap<Integer, MetricBatch>();
        ColumnRecords.pack(
                scan,
                TENANT,
                NOW,
                PARTITIONS,
                (partition, record) -> {
                    try {
                        records.put(partition, MetricBatch.parseFrom(record));
                    } catch (InvalidProtocolBufferException broken) {
                        throw new AssertionError(broken);
                    }
                });
        scan.forget();
        return Optional.of(records);
    }

    private void expectSame(String body) {
        var read = read(body);
        assertThat(read).as(body).isPresent();
        assertThat(texts(read.get())).as(body).isEqualTo(texts(generic(body)));
    }

    /// Without the order in which texts were met first.
    private static String texts(Map<Integer, MetricBatch> batches) {
        var all = new StringBuilder();
        new TreeMap<>(batches)
                .forEach((partition, batch) -> all.append(partition).append(told(batch)));
        return all.toString();
    }

    private static String told(MetricBatch batch) {
        var columns = batch.getColumns();
        var told = new StringBuilder(batch.toBuilder().clearColumns().build().toString());
        var at = 0;
        var timestampMs = 0L;
        for (var i = 0; i < columns.getSeriesHashesCount(); i++) {
            timestampMs += columns.getTimestampsMs(i);
            told.append(columns.getTexts(columns.getIdentities(at)));
            var end = at + 2 + 2 * columns.getIdentities(at + 1);
            for (at += 2; at < end; at++) {
                told.append('|').append(columns.getTexts(columns.getIdentities(at)));
            }
            var unit = columns.getUnits(i);
            told.append(
                    " %x %d %s %s %s%n"
                            .formatted(
                                    columns.getSeriesHashes(i),
                                    timestampMs,
                                    unit == 0 ? "" : columns.getTexts(unit - 1),
                                    columns.getHighResolutions(i),
                                    columns.getValues(i)));
        }
        return told.toString();
    }

    private static Map<Integer, MetricBatch> generic(String body) {
        var headers =
                Headers.builder()
                        .add("X-Amz-Target", "GraniteServiceVersion20100801.PutMetricData")
                        .add("Content-Type", "application/x-amz-json-1.0")
                        .build();
        var request =
                new WireRequest(
                        "POST",
                        "/",
                        "",
                        headers,
                        body.getBytes(StandardCharsets.UTF_8),
                        "127.0.0.1");
        var wire = new AwsWire();
        try {
            var put = (PutMetricDataRequest) wire.decode(wire.route(request), request).request();
            var datums = put.metricData().stream().map(PlainScanTest::datum).toList();
            PutMetricDataRules.check(put.namespace(), datums, List.of(), null, NOW);
            return MetricBatches.pack(
                    TENANT, Objects.requireNonNull(put.namespace()), datums, NOW, PARTITIONS);
        } catch (AwsError | RefusedMetricData refused) {
            throw new AssertionError("refused by the generic way: " + body, refused);
        }
    }

    private static Datum datum(MetricDatum sent) {
        return new Datum(
                sent.metricName(),
                sent.dimensions().stream().map(d -> new Dimension(d.name(), d.value())).toList(),
                sent.timestamp() == null ? null : sent.timestamp().toEpochMilli(),
                sent.value(),
                null,
                null,
                null,
                sent.unitAsString(),
                sent.storageResolution());
    }
}
