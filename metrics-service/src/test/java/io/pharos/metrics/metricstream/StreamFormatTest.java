package io.pharos.metrics.metricstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.series.Series;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.MetricStreamFilter;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamOutputFormat;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

class StreamFormatTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final long MINUTE_S = 1_767_225_600;

    @Test
    void writesJsonAsAwsDoes() {
        var stream =
                stream(
                        MetricStreamOutputFormat.JSON,
                        r ->
                                r.statisticsConfigurations(c ->
                                        c.includeMetrics(m -> m.namespace("App").metricName("time"))
                                                .additionalStatistics("p50", "TM(25%:75%)")));
        var records =
                StreamFormat.of(stream)
                        .records(stream, List.of(update("time", 2, 18), update("other", 5)));
        assertThat(records).hasSize(1);
        assertThat(new String(records.getFirst(), StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"metric_stream_name":"s","account_id":"123456789012","region":"us-east-1","namespace":"App",\
                        "metric_name":"time","dimensions":{"host":"a","zone":"z"},"timestamp":1767225600000,\
                        "value":{"count":2.0,"sum":20.0,"max":18.0,"min":2.0,"p50":P50,"TM(25%:75%)":IQM},"unit":"Milliseconds"}
                        {"metric_stream_name":"s","account_id":"123456789012","region":"us-east-1","namespace":"App",\
                        "metric_name":"other","dimensions":{"host":"a","zone":"z"},"timestamp":1767225600000,\
                        "value":{"count":1.0,"sum":5.0,"max":5.0,"min":5.0},"unit":"Milliseconds"}
                        """
                                .replace("IQM}", value("IQM") + "}")
                                .replace("P50", value("p50")));
    }

    private static String value(String statistic) {
        return Double.toString(aggregate(2, 18).value(Statistic.parse(statistic).orElseThrow()));
    }

    @Test
    void leavesOutWhatIsUnavailable() {
        var stream =
                stream(
                        MetricStreamOutputFormat.JSON,
                        r ->
                                r.statisticsConfigurations(c ->
                                        c.includeMetrics(m -> m.namespace("App").metricName("time"))
                                                .additionalStatistics("p50")));
        var record =
                StreamFormat.of(stream).records(stream, List.of(update("time", -1, 3))).getFirst();
        assertThat(new String(record, StandardCharsets.UTF_8))
                .contains("\"min\":-1.0}")
                .doesNotContain("p50");
    }

    @Test
    void writesOpenTelemetryThatItsOwnClassesRead() throws IOException {
        var stream =
                stream(
                        MetricStreamOutputFormat.OPENTELEMETRY1_0,
                        r ->
                                r.statisticsConfigurations(c ->
                                        c.includeMetrics(m -> m.namespace("App").metricName("time"))
                                                .additionalStatistics("p50")));
        var in =
                new ByteArrayInputStream(
                        StreamFormat.of(stream)
                                .records(stream, List.of(update("time", 2, 18), update("other", 5)))
                                .getFirst());
        var request = ExportMetricsServiceRequest.parseDelimitedFrom(in);
        assertThat(in.available()).isZero();
        assertThat(request.getUnknownFields().asMap()).isEmpty();
        var resource = request.getResourceMetrics(0);
        assertThat(resource.getResource().getAttributesList())
                .extracting(a -> a.getKey() + "=" + a.getValue().getStringValue())
                .containsExactly(
                        "cloud.provider=aws",
                        "cloud.account.id=123456789012",
                        "cloud.region=us-east-1",
                        "aws.exporter.arn=arn:aws:cloudwatch:us-east-1:123456789012:metric-stream/s");
        assertThat(resource.getScopeMetricsList()).hasSize(1);
        var metrics = resource.getScopeMetrics(0).getMetricsList();
        assertThat(metrics).hasSize(2);
        assertThat(metrics.getFirst().getName()).isEqualTo("amazonaws.com/App/time");
        assertThat(metrics.getFirst().getUnit()).isEqualTo("ms");
        var point = metrics.getFirst().getSummary().getDataPoints(0);
        assertThat(point.getUnknownFields().asMap()).isEmpty();
        assertThat(point.getStartTimeUnixNano()).isEqualTo(MINUTE_S * 1_000_000_000L);
        assertThat(point.getTimeUnixNano()).isEqualTo((MINUTE_S + 60) * 1_000_000_000L);
        assertThat(point.getCount()).isEqualTo(2);
        assertThat(point.getSum()).isEqualTo(20);
        assertThat(point.getQuantileValuesList())
                .extracting(ValueAtQuantile::getQuantile)
                .containsExactly(0.0, 0.5, 1.0);
        assertThat(point.getQuantileValues(2).getValue()).isEqualTo(18);
        assertThat(point.getAttributesList())
                .extracting(KeyValue::getKey)
                .containsExactly("Namespace", "MetricName", "Dimensions");
        assertThat(point.getAttributes(2).getValue().getKvlistValue().getValuesList())
                .extracting(a -> a.getKey() + "=" + a.getValue().getStringValue())
                .containsExactly("host=a", "zone=z");
    }

    /// The old version says the same with labels: every dimension is one.
    @Test
    void writesTheOldVersionWithLabels() throws InvalidProtocolBufferException, IOException {
        var stream = stream(MetricStreamOutputFormat.OPENTELEMETRY0_7, r -> {});
        var in =
                new ByteArrayInputStream(
                        StreamFormat.of(stream)
                                .records(stream, List.of(update("time", 2)))
                                .getFirst());
        var point =
                ExportMetricsServiceRequest.parseDelimitedFrom(in)
                        .getResourceMetrics(0)
                        .getScopeMetrics(0)
                        .getMetrics(0)
                        .getSummary()
                        .getDataPoints(0);
        assertThat(point.getAttributesCount()).isZero();
        var labels = point.getUnknownFields().getField(1).getLengthDelimitedList();
        assertThat(labels).hasSize(4);
        var last = UnknownFieldSet.parseFrom(labels.getLast());
        assertThat(last.getField(1).getLengthDelimitedList().getFirst().toStringUtf8())
                .isEqualTo("zone");
        assertThat(last.getField(2).getLengthDelimitedList().getFirst().toStringUtf8())
                .isEqualTo("z");
    }

    @Test
    void splitsWhatIsTooMuchForOneRecord() throws IOException {
        for (var format :
                List.of(MetricStreamOutputFormat.JSON, MetricStreamOutputFormat.OPENTELEMETRY1_0)) {
            var stream = stream(format, r -> {});
            var updates = Collections.nCopies(5_000, update("time", 1));
            var records = StreamFormat.of(stream).records(stream, updates);
            assertThat(records).hasSizeGreaterThan(2);
            assertThat(records).allMatch(r -> r.length < StreamFormat.MAX_RECORD_BYTES + 1_000);
            var count = 0;
            for (var record : records) {
                count +=
                        format == MetricStreamOutputFormat.JSON
                                ? (int) new String(record, StandardCharsets.UTF_8).lines().count()
                                : ExportMetricsServiceRequest.parseDelimitedFrom(
                                                new ByteArrayInputStream(record))
                                        .getResourceMetrics(0)
                                        .getScopeMetrics(0)
                                        .getMetricsCount();
            }
            assertThat(count).isEqualTo(5_000);
        }
    }

    @Test
    void everyUnitHasACode() {
        for (var unit : Unit.values()) {
            assertThat(OtlpFormat.ucum(unit)).isNotEmpty();
        }
        assertThat(OtlpFormat.ucum(Unit.KILOBYTES_PER_SECOND)).isEqualTo("kBy/s");
        assertThat(OtlpFormat.ucum(Unit.COUNT_PER_SECOND)).isEqualTo("{Count}/s");
    }

    @Test
    void filtersByNamespaceAndName() {
        expectWanted(r -> {}, "App/a", "App/b", "Web/a");
        expectWanted(r -> r.includeFilters(filter("App")), "App/a", "App/b");
        expectWanted(r -> r.includeFilters(filter("App", "a"), filter("Web")), "App/a", "Web/a");
        expectWanted(r -> r.includeFilters(filter("App", "a"), filter("App")), "App/a", "App/b");
        expectWanted(r -> r.excludeFilters(filter("App")), "Web/a");
        expectWanted(r -> r.excludeFilters(filter("App", "a")), "App/b", "Web/a");
    }

    private static void expectWanted(
            Consumer<PutMetricStreamRequest.Builder> with, String... wanted) {
        var stream = stream(MetricStreamOutputFormat.JSON, with);
        assertThat(List.of("App/a", "App/b", "Web/a"))
                .filteredOn(name -> stream.wants(series(name.split("/")[0], name.split("/")[1])))
                .containsExactly(wanted);
        var foreign = new Series("210987654321", "us-east-1", "App", "a", Dimensions.of(List.of()));
        assertThat(stream.wants(foreign)).isFalse();
    }

    private static MetricStreamFilter filter(String namespace, String... names) {
        var filter = MetricStreamFilter.builder().namespace(namespace);
        return (names.length == 0 ? filter : filter.metricNames(names)).build();
    }

    private static MetricStream stream(
            MetricStreamOutputFormat format, Consumer<PutMetricStreamRequest.Builder> with) {
        var definition = PutMetricStreamRequest.builder().name("s").outputFormat(format);
        with.accept(definition);
        return new MetricStream(TENANT, definition.build(), true, 0, 0);
    }

    private static Series series(String namespace, String name) {
        return new Series(
                TENANT.account(),
                TENANT.region(),
                namespace,
                name,
                Dimensions.of("host", "a", "zone", "z"));
    }

    private static StreamUpdate update(String name, double... values) {
        return new StreamUpdate(
                series("App", name), Unit.MILLISECONDS, MINUTE_S, aggregate(values));
    }

    private static Aggregate aggregate(double... values) {
        var aggregate = new Aggregate();
        for (var value : values) {
            aggregate.addSample(value, 1);
        }
        return aggregate;
    }
}
