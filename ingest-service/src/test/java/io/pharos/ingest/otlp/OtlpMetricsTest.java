package io.pharos.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.util.JsonFormat;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.pharos.metric.Datum;
import io.pharos.metric.Dimension;
import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

class OtlpMetricsTest {
    private static final long NOW = Instant.parse("2026-01-15T12:00:30Z").toEpochMilli();

    /// Single quotes stand for double ones, `T` for the time.
    private static OtlpMetrics.Taken take(String metrics) throws Exception {
        return take("{'key':'service.name','value':{'stringValue':'shop'}}", metrics);
    }

    private static OtlpMetrics.Taken take(String resource, String metrics) throws Exception {
        var json =
                """
                {'resourceMetrics':[{'resource':{'attributes':[%s]},'schemaUrl':'https://x/1',
                 'scopeMetrics':[{'scope':{'name':'lib','version':'2',
                   'attributes':[{'key':'a','value':{'boolValue':true}}]},'metrics':[%s]}]}]}
                """
                        .formatted(resource, metrics);
        var request = ExportMetricsServiceRequest.newBuilder();
        JsonFormat.parser()
                .merge(json.replace('\'', '"').replace("\"T\"", "\"" + NOW + "000000\""), request);
        return OtlpMetrics.of(request.build(), NOW);
    }

    private static Datum one(String metrics) throws Exception {
        var taken = take(metrics);
        assertThat(taken.message()).isEmpty();
        assertThat(taken.samples().datums()).hasSize(1);
        return taken.samples().datums().getFirst();
    }

    private static double[] values(Datum datum) {
        return Objects.requireNonNull(datum.values());
    }

    private static double[] counts(Datum datum) {
        return Objects.requireNonNull(datum.counts());
    }

    private static List<String> written(OtlpMetrics.Taken taken, String... labels) {
        return taken.samples().datums().stream()
                .map(datum -> {
                    var text = new StringBuilder(datum.metricName());
                    for (var label : labels) {
                        datum.dimensions().stream()
                                .filter(d -> d.name().equals(label))
                                .forEach(d -> text.append(' ').append(d));
                    }
                    return text.append(' ').append(datum.value()).toString();
                })
                .toList();
    }

    @Test
    void aGaugeWithAllThatNamesIt() throws Exception {
        var datum =
                one(
                        """
                        {'name':'room.temperature','unit':'%','gauge':{'dataPoints':[{'timeUnixNano':'T',
                          'asDouble':21.5,'attributes':[{'key':'room','value':{'intValue':'7'}}]}]}}
                        """);
        assertThat(datum.metricName()).isEqualTo("room.temperature");
        assertThat(datum.value()).isEqualTo(21.5);
        assertThat(datum.unit()).isEqualTo("Percent");
        assertThat(datum.storageResolution()).isEqualTo(1);
        assertThat(datum.timestampMs()).isEqualTo(NOW);
        assertThat(datum.dimensions())
                .containsExactly(
                        new Dimension("@datapoint.room", "7"),
                        new Dimension("@instrumentation.@name", "lib"),
                        new Dimension("@instrumentation.@version", "2"),
                        new Dimension("@instrumentation.a", "true"),
                        new Dimension("@resource.@schema_url", "https://x/1"),
                        new Dimension("@resource.service.name", "shop"));
    }

    @Test
    void sumsOfBothTemporalitiesAreKeptAsSent() throws Exception {
        var point = "'dataPoints':[{'timeUnixNano':'T','asInt':'5'}]";
        assertThat(one("{'name':'n','sum':{'aggregationTemporality':1," + point + "}}").value())
                .isEqualTo(5);
        assertThat(
                        one("{'name':'n','sum':{'aggregationTemporality':2,'isMonotonic':true,"
                                        + point
                                        + "}}")
                                .value())
                .isEqualTo(5);
    }

    @Test
    void aDeltaHistogramIsADistribution() throws Exception {
        var datum =
                one(
                        """
                        {'name':'latency','unit':'ms','histogram':{'aggregationTemporality':1,'dataPoints':[{
                          'timeUnixNano':'T','count':'6','sum':95,'min':1,'max':30,
                          'explicitBounds':[5,10,25],'bucketCounts':['2','1','0','3']}]}}
                        """);
        assertThat(datum.unit()).isEqualTo("Milliseconds");
        assertThat(Arrays.stream(counts(datum)).sum()).isEqualTo(6);
        var sum = 0.0;
        for (var i = 0; i < values(datum).length; i++) {
            sum += values(datum)[i] * counts(datum)[i];
        }
        assertThat(sum).isCloseTo(95, within(1e-9));
        assertThat(values(datum)[0]).isEqualTo(1);
        assertThat(values(datum)[values(datum).length - 1]).isEqualTo(30);
    }

    @Test
    void aDeltaExponentialHistogramIsADistribution() throws Exception {
        var datum =
                one(
                        """
                        {'name':'size','exponentialHistogram':{'aggregationTemporality':1,'dataPoints':[{
                          'timeUnixNano':'T','count':'4','sum':7.5,'scale':0,'zeroCount':'1',
                          'positive':{'offset':0,'bucketCounts':['1','2']}}]}}
                        """);
        assertThat(values(datum)).hasSize(3).startsWith(0);
        assertThat(counts(datum)).containsExactly(1, 1, 2);
        assertThat(values(datum)[1] + 2 * values(datum)[2]).isCloseTo(7.5, within(1e-9));
    }

    @Test
    void aCumulativeHistogramIsSeriesAsPrometheusHasThem() throws Exception {
        var taken =
                take(
                        """
                        {'name':'latency','histogram':{'aggregationTemporality':2,'dataPoints':[{
                          'timeUnixNano':'T','count':'6','sum':60,
                          'explicitBounds':[0.005,10],'bucketCounts':['2','1','3']}]}}
                        """);
        assertThat(written(taken, "le"))
                .containsExactly(
                        "latency_bucket le=0.005 2.0",
                        "latency_bucket le=10 3.0",
                        "latency_bucket le=+Inf 6.0",
                        "latency_count 6.0",
                        "latency_sum 60.0");
    }

    @Test
    void aCumulativeExponentialHistogramToo() throws Exception {
        var taken =
                take(
                        """
                        {'name':'h','exponentialHistogram':{'aggregationTemporality':2,'dataPoints':[{
                          'timeUnixNano':'T','count':'4','sum':7,'scale':0,'zeroCount':'1',
                          'positive':{'offset':1,'bucketCounts':['1','2']}}]}}
                        """);
        assertThat(written(taken, "le"))
                .containsExactly(
                        "h_bucket le=0 1.0",
                        "h_bucket le=2 1.0",
                        "h_bucket le=4 2.0",
                        "h_bucket le=8 4.0",
                        "h_bucket le=+Inf 4.0",
                        "h_count 4.0",
                        "h_sum 7.0");
    }

    @Test
    void aSummaryIsSeriesToo() throws Exception {
        var taken =
                take(
                        """
                        {'name':'s','summary':{'dataPoints':[{'timeUnixNano':'T','count':'6','sum':60,
                          'quantileValues':[{'quantile':0.5,'value':9},{'quantile':0.99,'value':'NaN'}]}]}}
                        """);
        assertThat(written(taken, "quantile"))
                .containsExactly("s quantile=0.5 9.0", "s_count 6.0", "s_sum 60.0");
    }

    /// What is wrong with one datapoint leaves the other.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name':'m','gauge':{'dataPoints':[{'asDouble':1}]}}|m: a datapoint without a time",
                "{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'1','asDouble':1}]}}|m: out of bounds: a timestamp more than two weeks ago",
                "{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'T'}]}}|m: a datapoint without a value",
                "{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'T','asDouble':'NaN'}]}}|m: a value that is not a number within ±2^360: NaN",
                "{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'T','asDouble':1e200}]}}|m: a value that is not a number within ±2^360: 1.0E200",
                "{'name':'','gauge':{'dataPoints':[{'timeUnixNano':'T','asDouble':1}]}}|: a metric without a name",
                "{'name':'m','sum':{'dataPoints':[{'timeUnixNano':'T','asDouble':1}]}}|m: no aggregation temporality",
                "{'name':'m','histogram':{'aggregationTemporality':1,'dataPoints':[{'timeUnixNano':'T','count':'1','bucketCounts':['1'],'explicitBounds':[1]}]}}|m: a histogram whose bounds and counts do not fit",
                "{'name':'m','histogram':{'aggregationTemporality':2,'dataPoints':[{'timeUnixNano':'T','count':'1','bucketCounts':['1','0','0'],'explicitBounds':[2,1]}]}}|m: a histogram whose bounds do not ascend",
                "{'name':'m','exponentialHistogram':{'aggregationTemporality':1,'dataPoints':[{'timeUnixNano':'T','count':'1','scale':21}]}}|m: a histogram of an unknown scale: 21",
                "{'name':'m','exponentialHistogram':{'aggregationTemporality':2,'dataPoints':[{'timeUnixNano':'T','count':'1','positive':{'offset':2147483647,'bucketCounts':['1']}}]}}|m: a histogram with a bucket beyond all numbers",
            })
    void oneDatapointAtFaultIsToldAndTheOtherKept(String metric, String reason) throws Exception {
        var good = "{'name':'ok','gauge':{'dataPoints':[{'timeUnixNano':'T','asInt':'1'}]}}";
        var taken = take(metric + "," + good);
        assertThat(taken.rejected()).isEqualTo(1);
        assertThat(taken.message()).isEqualTo(reason);
        assertThat(taken.samples().datums()).extracting(Datum::metricName).containsExactly("ok");
    }

    @Test
    void aPointThatSaysThereIsNoneIsNoFault() throws Exception {
        var taken = take("{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'T','flags':1}]}}");
        assertThat(taken.rejected()).isZero();
        assertThat(taken.samples().datums()).isEmpty();
    }

    @Test
    void upToTheLimitOfLabels() throws Exception {
        var gauge = "{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'T','asInt':'1'}]}}";
        var attributes = new StringBuilder();
        for (var i = 0; i < 146; i++) {
            attributes
                    .append(i == 0 ? "" : ",")
                    .append("{'key':'k" + i + "','value':{'stringValue':'v'}}");
        }
        assertThat(take(attributes.toString(), gauge).samples().datums().getFirst().dimensions())
                .hasSize(150);
        var more = attributes + ",{'key':'one','value':{'stringValue':'more'}}";
        assertThat(take(more, gauge).message()).isEqualTo("m: more than 150 labels: 151 of m");
    }

    @Test
    void aLongValueLosesItsEndAndTheSenderHearsOfIt() throws Exception {
        var gauge = "{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'T','asInt':'1'}]}}";
        var value = "v".repeat(5000);
        var taken = take("{'key':'k','value':{'stringValue':'" + value + "'}}", gauge);
        assertThat(taken.rejected()).isZero();
        assertThat(taken.message()).contains("lost their end");
        assertThat(taken.samples().datums().getFirst().dimensions())
                .contains(new Dimension("@resource.k", "v".repeat(1023) + "…"));
    }

    @Test
    void attributesOfOtherKindsAreWrittenAsJson() throws Exception {
        var gauge = "{'name':'m','gauge':{'dataPoints':[{'timeUnixNano':'T','asInt':'1'}]}}";
        var value =
                "{'arrayValue':{'values':[{'stringValue':'a'},{'doubleValue':2},{'doubleValue':0.5},{'kvlistValue':{'values':[{'key':'x','value':{'boolValue':false}}]}}]}}";
        var taken = take("{'key':'k','value':" + value + "}", gauge);
        assertThat(taken.samples().datums().getFirst().dimensions())
                .contains(new Dimension("@resource.k", "[\"a\",2,0.5,{\"x\":false}]"));
    }

    @Test
    void fewBytesCanNotBecomeTooMany() {
        var points = new StringBuilder();
        for (var i = 0; i < 2_000; i++) {
            points.append(i == 0 ? "" : ",").append("{'timeUnixNano':'T','asInt':'1'}");
        }
        var attributes = new StringBuilder();
        for (var i = 0; i < 100; i++) {
            attributes
                    .append(i == 0 ? "" : ",")
                    .append("{'key':'k" + i + "','value':{'stringValue':'")
                    .append("v".repeat(1_000))
                    .append("'}}");
        }
        var gauge = "{'name':'m','gauge':{'dataPoints':[" + points + "]}}";
        assertThatThrownBy(() -> take(attributes.toString(), gauge))
                .isInstanceOfSatisfying(
                        AwsError.class, error -> assertThat(error.status()).isEqualTo(413));
    }
}
