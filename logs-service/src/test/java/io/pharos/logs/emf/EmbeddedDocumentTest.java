package io.pharos.logs.emf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.emf.EmbeddedDocument.Kind;
import io.pharos.metric.Dimension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Collections;
import java.util.List;

class EmbeddedDocumentTest {
    private static final long NOW = Instant.parse("2026-01-15T12:00:30Z").toEpochMilli();

    private static EmbeddedDocument.Reading read(String message) {
        return EmbeddedDocument.read(message, false, NOW);
    }

    /// The format's own example, with other parts where the case wants them. Single quotes stand for
    /// double ones.
    private static String event(String dimensions, String metrics, String members) {
        return "{'_aws':{'Timestamp':%d,'CloudWatchMetrics':[{'Namespace':'N'%s,'Metrics':[%s]}]}%s}"
                .formatted(NOW, dimensions, metrics, members.isEmpty() ? "" : "," + members)
                .replace('\'', '"');
    }

    @Test
    void theExampleOfTheFormat() {
        var reading =
                read(
                        event(
                                ",'Dimensions':[['functionVersion'],[]]",
                                "{'Name':'time','Unit':'Milliseconds','StorageResolution':1}",
                                "'functionVersion':'$LATEST','time':100,'requestId':'989'"));
        assertThat(reading.kind()).isEqualTo(Kind.METRICS);
        assertThat(reading.metrics()).hasSize(2);
        var first = reading.metrics().getFirst();
        assertThat(first.namespace()).isEqualTo("N");
        var datum = first.datum();
        assertThat(datum.metricName()).isEqualTo("time");
        assertThat(datum.dimensions()).containsExactly(new Dimension("functionVersion", "$LATEST"));
        assertThat(datum.values()).containsExactly(100);
        assertThat(datum.unit()).isEqualTo("Milliseconds");
        assertThat(datum.storageResolution()).isEqualTo(1);
        assertThat(datum.timestampMs()).isEqualTo(NOW);
        assertThat(reading.metrics().getLast().datum().dimensions()).isEmpty();
    }

    @Test
    void severalDirectivesAndListsOfValues() {
        var message =
                """
                {"_aws":{"Timestamp":%d,"Other":1,"CloudWatchMetrics":[
                  {"Namespace":"A","Dimensions":[["d.x"]],"Metrics":[{"Name":"m"}],"More":true},
                  {"Namespace":"B","Metrics":[{"Name":"m"},{"Name":"n","Unit":"None"}]}]},
                 "d.x":"v","m":[1,2,2.5],"n":0}
                """
                        .formatted(NOW);
        var reading = read(message);
        assertThat(reading.kind()).isEqualTo(Kind.METRICS);
        assertThat(reading.metrics())
                .extracting(e -> e.namespace() + "/" + e.datum().metricName())
                .containsExactly("A/m", "B/m", "B/n");
        assertThat(reading.metrics().getFirst().datum().values()).containsExactly(1, 2, 2.5);
        assertThat(reading.metrics().get(1).datum().dimensions()).isEmpty();
    }

    @Test
    void distributionsAsAgentsSendThem() {
        var reading =
                read(
                        event(
                                "",
                                "{'Name':'h'},{'Name':'s'}",
                                "'h':{'Values':[1,2],'Counts':[3,0.5],'Max':2,'Min':1,'Count':3.5,'Sum':4},"
                                        + "'s':{'Max':9,'Min':1,'Count':3,'Sum':12}"));
        assertThat(reading.kind()).isEqualTo(Kind.METRICS);
        var histogram = reading.metrics().getFirst().datum();
        assertThat(histogram.values()).containsExactly(1, 2);
        assertThat(histogram.counts()).containsExactly(3, 0.5);
        var set = reading.metrics().getLast().datum().statisticValues();
        assertThat(set).isEqualTo(new io.pharos.metric.Datum.Set(3.0, 12.0, 1.0, 9.0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain text|PLAIN",
                "{\"a\":\"_aws\"}|PLAIN",
                "{\"_aws\":{\"Timestamp\":1}}|PLAIN",
                "[1]|PLAIN",
                "{\"_aws\":{\"CloudWatchMetrics\":[]}|NOT_JSON",
                "{\"_aws\":{\"CloudWatchMetrics\":[]}} x|NOT_JSON",
                "{\"_aws\":{\"CloudWatchMetrics\":[]}}|INVALID",
                "{\"_aws\":{\"Timestamp\":\"1\",\"CloudWatchMetrics\":[]}}|INVALID",
                "{\"_aws\":{\"Timestamp\":1.5,\"CloudWatchMetrics\":[]}}|INVALID",
                "{\"_aws\":{\"Timestamp\":1,\"CloudWatchMetrics\":{}}}|INVALID",
                "{\"_aws\":{\"Timestamp\":1,\"CloudWatchMetrics\":[1]}}|INVALID",
                "{\"_AWS\":{\"Timestamp\":1,\"CloudWatchMetrics\":[1]}}|PLAIN",
            })
    void whatConcernsMetrics(String message, Kind kind) {
        var reading = read(message);
        assertThat(reading.kind()).isEqualTo(kind);
        assertThat(reading.metrics()).isEmpty();
    }

    @Test
    void whoDeclaresTheFormatIsHeldToIt() {
        assertThat(EmbeddedDocument.read("plain", true, NOW).kind()).isEqualTo(Kind.NOT_JSON);
        assertThat(EmbeddedDocument.read("{}", true, NOW).kind()).isEqualTo(Kind.INVALID);
    }

    /// Dimensions, metrics, members, how many datums are left beside the fault.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|{'Name':'m','Unit':'Furlongs'},{'Name':'ok'}|'m':1,'ok':1|0",
                "``|{'Name':'m','Unit':1}|'m':1|0",
                "``|{'Name':'m','StorageResolution':30}|'m':1|0",
                "``|{'Unit':'Count'}|'m':1|0",
                "``|{'Name':''}|'':1|0",
                "``|1|'m':1|0",
                ",'Dimensions':[]|{'Name':'m'}|'m':1|0",
                ",'Dimensions':'x'|{'Name':'m'}|'m':1,'x':'1'|0",
                ",'Dimensions':['x']|{'Name':'m'}|'m':1,'x':'1'|0",
                ",'Dimensions':[['x'],['y']]|{'Name':'m'}|'m':1,'x':'1'|1",
                ",'Dimensions':[['x']]|{'Name':'m'}|'m':1,'x':1|0",
                ",'Dimensions':[['x','x']]|{'Name':'m'}|'m':1,'x':'1'|0",
                ",'Dimensions':[['x']]|{'Name':'m'}|'m':1,'x':''|0",
                "``|{'Name':'m'},{'Name':'ok'}|'ok':1|1",
                "``|{'Name':'m'},{'Name':'ok'}|'m':'1','ok':1|1",
                "``|{'Name':'m'},{'Name':'ok'}|'m':[1,'2'],'ok':1|1",
                "``|{'Name':'m'},{'Name':'ok'}|'m':1e300,'ok':1|1",
                "``|{'Name':'m'},{'Name':'ok'}|'m':{'Values':[1],'Counts':[]},'ok':1|1",
                "``|{'Name':'m'},{'Name':'ok'}|'m':{'Max':1,'Min':2,'Count':1,'Sum':1},'ok':1|1",
            })
    void aFaultLeavesTheRest(String dimensions, String metrics, String members, int left) {
        var reading = read(event(dimensions, metrics, members));
        assertThat(reading.kind()).isEqualTo(Kind.INVALID);
        assertThat(reading.metrics()).hasSize(left);
    }

    @ParameterizedTest
    @CsvSource({
        "-1209900000, METRICS",
        "-1209900001, INVALID",
        "7200000, METRICS",
        "7200001, INVALID"
    })
    void timesAreThoseOfPutMetricData(long offset, Kind kind) {
        var message = event("", "{'Name':'m'}", "'m':1").replace("" + NOW, "" + (NOW + offset));
        assertThat(read(message).kind()).isEqualTo(kind);
    }

    @Test
    void theNamespacesOfAwsAreReserved() {
        var message = event("", "{'Name':'m'}", "'m':1").replace("\"N\"", "\"AWS/Lambda\"");
        assertThat(read(message).kind()).isEqualTo(Kind.INVALID);
    }

    @Test
    void limitsAreReached() {
        var metric = "{'Name':'m'}";
        var hundred = String.join(",", Collections.nCopies(EmbeddedDocument.MAX_METRICS, metric));
        assertThat(read(event("", hundred, "'m':1")).metrics()).hasSize(100);
        assertThat(read(event("", hundred + "," + metric, "'m':1")).kind()).isEqualTo(Kind.INVALID);
        var values = String.join(",", Collections.nCopies(EmbeddedDocument.MAX_VALUES, "1"));
        assertThat(read(event("", metric, "'m':[" + values + "]")).kind()).isEqualTo(Kind.METRICS);
        assertThat(read(event("", metric, "'m':[1," + values + "]")).kind())
                .isEqualTo(Kind.INVALID);
        var name = "n".repeat(EmbeddedDocument.MAX_DIMENSION_NAME);
        var longest = ",'Dimensions':[['" + name + "']]";
        assertThat(read(event(longest, metric, "'m':1,'" + name + "':'v'")).kind())
                .isEqualTo(Kind.METRICS);
        var tooLong = ",'Dimensions':[['n" + name + "']]";
        assertThat(read(event(tooLong, metric, "'m':1,'n" + name + "':'v'")).kind())
                .isEqualTo(Kind.INVALID);
    }

    @Test
    void anEventCanNotAskForMoreDatumsThanItMay() {
        var sets = new StringBuilder();
        var members = new StringBuilder("'m':1");
        for (var i = 0; i <= EmbeddedDocument.MAX_DATUMS / EmbeddedDocument.MAX_METRICS; i++) {
            sets.append(i == 0 ? "" : ",").append("['d").append(i).append("']");
            members.append(",'d").append(i).append("':'v'");
        }
        var metrics =
                String.join(",", Collections.nCopies(EmbeddedDocument.MAX_METRICS, "{'Name':'m'}"));
        var reading = read(event(",'Dimensions':[" + sets + "]", metrics, members.toString()));
        assertThat(reading.kind()).isEqualTo(Kind.INVALID);
        assertThat(reading.metrics()).hasSize(EmbeddedDocument.MAX_DATUMS);
    }

    @Test
    void nothingEscapesDeepNesting() {
        var deep = "{\"_aws\":{\"CloudWatchMetrics\":" + "[".repeat(500_000);
        assertThat(read(deep).kind()).isEqualTo(Kind.NOT_JSON);
        assertThat(List.of(read("{\"_aws\":" + "[".repeat(500_000)).kind()))
                .containsExactly(Kind.PLAIN);
    }
}
