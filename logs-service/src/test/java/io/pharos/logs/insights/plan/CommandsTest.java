package io.pharos.logs.insights.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.logs.insights.InsightsQuery;
import io.pharos.logs.insights.eval.QueryTimes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;

import java.util.Arrays;
import java.util.List;

/// The commands beyond the golden queries: each with what it makes of known events.
class CommandsTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
"""
fields req.id, ms | sort @timestamp asc | limit 3 | accum ms as total | display req.id, total => req.id=r1 total=12; req.id=r2 total=32; req.id=r3 total=282
fields ms | sort @timestamp asc | limit 2 | accum ms => ms=12; ms=32
fields ms | sort @timestamp asc | autoregress ms p=1-2 | limit 3 | display ms, ms_p1, ms_p2 => ms=12; ms=20 ms_p1=12; ms=250 ms_p1=20 ms_p2=12
fields ms | sort @timestamp asc | autoregress ms as before | filter req.id = "r2" | display before => before=12
fields req.id, user | sort @timestamp asc | filldown user | filter req.id = "r7" => req.id=r7 user=bob
fields req.id, user | sort @timestamp asc | filldown us* | filter req.id = "r7" => req.id=r7 user=bob
fields req.id, user | sort @timestamp asc | filldown | filter req.id = "r7" => req.id=r7 user=bob
filter svc="auth" | stats count(*) as n by bin(5m) as t | fillmissing with 0 for n | sort t asc => t=2024-05-01 12:00:00.000 n=0; t=2024-05-01 12:05:00.000 n=2; t=2024-05-01 12:10:00.000 n=0; t=2024-05-01 12:15:00.000 n=0
filter level = "WARN" | stats count(*) as n by bin(10m), svc | fillmissing => bin(10m)=2024-05-01 12:00:00.000 svc=pay n=1; bin(10m)=2024-05-01 12:10:00.000 svc=pay
stats sum(ms) as a, count(*) as n by svc | sort svc asc | addtotals col=true => svc=auth a=12 n=2 Total=14; svc=cart a=448 n=4 Total=452; svc=pay a=740 n=4 Total=744; a=1200 n=10 Total=1210
stats sum(ms) as a, count(*) as n by svc | sort svc asc | addtotals fieldname=All row=true a | display svc, All | limit 1 => svc=auth All=12
stats sum(ms) as a by svc | sort svc asc | addtotals row=false col=true a => svc=auth a=12; svc=cart a=448; svc=pay a=740; a=1200
outlier action=remove param=0.5 ms | stats count(*) as n => n=9
fields ms | outlier param=0.5 mark=true ms | filter ms_outlier = 1 | display ms => ms=312.25
filter user = "alice" | fields req.id | sessionize user maxspan 2m as s | sort @timestamp asc | display req.id, s => req.id=r1 s=1; req.id=r3 s=1; req.id=r5 s=2
countFrequent level, svc | limit 1 => level=INFO svc=cart _approxcount=3
json "req.id" as id, "svc" | filter id = "r3" | display id, svc => id=r3 svc=pay
json field=@message "req.tags[0]" as t, "req.tags.0" as u | filter req.id = "r3" | display u => u=c
filter req.id = "r1" | expand req.tags | display req.tags => req.tags=a; req.tags=b
expand req.tags | filter req.tags = "b" | fields req.id, req.tags => req.id=r1 req.tags=b
stats count(*) as n by bin(10m) as t offset 1h | sort t asc => t=2024-05-01 13:00:00.000 n=8; t=2024-05-01 13:10:00.000 n=2
stats rate(ms, 1m) as r => r=6.5
stats count_over_time(user) as c, sum_over_time(ms) as s => c=9 s=1200
stats histogram(ms, 2) as h => h={"4-202":7,"202-400":3}
fields @aws.account, @aws.region, @source.log, @data_source_name | limit 1 => @aws.account=123456789012 @aws.region=eu-west-1 @source.log=/golden/app
filterIndex @logStream = "web-1" | stats count(*) as n => n=5
unmask user | filter req.id = "r1" => user=alice
stats count(*) as n by svc | sort svc asc | appendcols ( SOURCE "text" | stats count(*) as m by @logStream ) | display svc, n, m => svc=auth n=2 m=5; svc=cart n=4; svc=pay n=4
stats count(*) as n by svc | sort svc asc | appendcols override=true max=1 ( SOURCE text | stats count(*) as n ) => svc=auth n=5; svc=cart n=4; svc=pay n=4
filter svc = "cart" | limit any 2 | stats count(*) as n => n=2
sort @timestamp asc | tail 2 | display req.id => req.id=r9; req.id=r10
fields req.id | head 1 => req.id=r10
relevantfields level, req.id where code >= 500 | display @fieldName, @relevanceScore, @topRelevanceContributors => @fieldName=level @relevanceScore=0.866 @topRelevanceContributors=[{"value":"ERROR","conditional":1,"baseline":0},{"value":"INFO","conditional":0,"baseline":0.7143},{"value":"DEBUG","conditional":0,"baseline":0.1429},{"value":"WARN","conditional":0,"baseline":0.1429}]; @fieldName=req.id @relevanceScore=0 @topRelevanceContributors=[{"value":"r3","conditional":0.3333,"baseline":0},{"value":"r6","conditional":0.3333,"baseline":0},{"value":"r9","conditional":0.3333,"baseline":0},{"value":"r1","conditional":0,"baseline":0.1429},{"value":"r10","conditional":0,"baseline":0.1429}]
relevantfields ms where level = "ERROR" => @fieldName=ms @relevanceScore=1 @conditionalMedian=300 @baselineMedian=16
fields svc | relevantfields where level = "ERROR" | display @fieldName | limit 5 => @fieldName=code; @fieldName=ms; @fieldName=err; @fieldName=level; @fieldName=ok
fields ms | sort @timestamp asc | limit 4 | relevantfields where ms > 50 | filter @relevanceScore = 1 | display @fieldName => @fieldName=code; @fieldName=ms; @fieldName=ok; @fieldName=svc
stats count(*) as n by svc, level | relevantfields where svc = "cart" | filter @fieldName = "n" | display @conditionalMedian, @baselineMedian => @conditionalMedian=2 @baselineMedian=1
where req.id = "r3" | parse @message /"(?<k>[a-z]+)":"/ multi | display k => k=["level","svc","user","err","id"]
""")
    void makes(String query, String rows) {
        assertThat(GoldenEvents.answer("app", query))
                .as(query)
                .isEqualTo(Arrays.asList(rows.split("; ")));
    }

    @Test
    void alikeTextsAreOnePattern() {
        assertThat(GoldenEvents.answer("text", "pattern @message | display @pattern, @sampleCount"))
                .containsExactly(
                        "@pattern=[INFO] user=<Token-1> action=<Token-2> took <Number-3> ms from"
                                + " <IP-4> @sampleCount=2",
                        "@pattern=[ERROR] user=bob action=pay took <Number-1> ms from <IP-2>"
                                + " @sampleCount=1",
                        "@pattern=[WARN] user=alice action=pay took <Number-1> ms from <Token-2>"
                                + " @sampleCount=1",
                        "@pattern=plain line without fields @sampleCount=1");
        assertThat(GoldenEvents.answer("text", "pattern @message | filter @severityLabel = 'WARN'"))
                .hasSize(1);
    }

    @Test
    void comparesWithAnEarlierTime() {
        var times = new QueryTimes(1714564980000L, 1714565159999L, 1714565700000L, "eu-west-1");
        var expected =
                List.of(
                        "@sampleCount=0 @diffEventCount=-1 @differenceDescription=gone",
                        "@sampleCount=1 @diffEventCount=0 @differenceDescription=unchanged");
        var shown = "| display @sampleCount, @diffEventCount, @differenceDescription";
        var text = GoldenEvents.group("text");
        assertThat(GoldenEvents.answer(text, times, "pattern @message | diff " + shown))
                .isEqualTo(expected);
        assertThat(GoldenEvents.answer(text, times, "diff" + shown)).isEqualTo(expected);
        assertThat(GoldenEvents.answer(text, times, "logcompare timeshift 3m" + shown))
                .isEqualTo(expected);
        assertThat(GoldenEvents.answer(text, times, "diff previousMonth" + shown))
                .containsExactly("@sampleCount=1 @diffEventCount=1 @differenceDescription=new");
    }

    @Test
    void findsWhatIsUnusual() {
        var events = new Events("1:g", 1);
        for (var minute = 0; minute < 320; minute++) {
            var times = minute == 310 ? 50 : 1;
            for (var i = 0; i < times; i++) {
                events.add("s", minute * 60_000L + i, "tick took " + minute + " ms");
            }
            events.add("s", minute * 60_000L + 900, "calm as ever");
        }
        events.add("s", 315 * 60_000L, "ERROR disk 7 is full");
        var times = new QueryTimes(0, 320 * 60_000L - 1, 320 * 60_000L, "eu-west-1");
        var answer =
                GoldenEvents.answer(
                        events,
                        times,
                        "pattern @message | anomaly | display @patternString, @priority,"
                                + " @anomalyLogSamples");
        assertThat(answer)
                .containsExactly(
                        "@patternString=tick took <*> ms @priority=LOW @anomalyLogSamples="
                                + samples(answer.getFirst()),
                        "@patternString=ERROR disk <*> is full @priority=HIGH"
                                + " @anomalyLogSamples=[\"ERROR disk 7 is full\"]");
    }

    private static String samples(String row) {
        return row.substring(row.indexOf("Samples=") + 8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
"""
lookup users id OUTPUT name => Lookup table users does not exist
cidrlookup nets ip OUTPUT name => Lookup table nets does not exist
lookup users id => unexpected symbol found <EOF> at line 1 and position 15
lookup users OUTPUT name => unexpected symbol found name at line 1 and position 20
cidrlookup nets ip, other OUTPUT name => unexpected symbol found , at line 1 and position 18
estimate | fields a => estimate is the last command
filter a in (SOURCE "g" | fields b | estimate) => A sub-query has no estimate
relevantfields a, b => unexpected symbol found <EOF> at line 1 and position 19
relevantfields where => unexpected symbol found <EOF> at line 1 and position 20
stats count(*) by svc | relevantfields ms where svc = "pay" => Unknown symbols found in or after stats: ms
fields a | filterIndex b = 1 => filterIndex is the first command
filterIndex b > 1 => unexpected symbol found b at line 1 and position 12
anomaly => diff and anomaly follow the pattern command
stats count(*) | fillmissing => fillmissing follows stats … by bin()
stats count(*) by svc offset 1h => offset shifts a group by bin()
stats rate(ms, 5) => Invalid arguments for rate: a period is needed
stats pct(ms, 101) => Invalid arguments for pct
autoregress a p=2-1 => unexpected symbol found 1 at line 1 and position 18
logcompare => unexpected symbol found <EOF> at line 1 and position 10
dedup a | fields b => Only limit can follow the dedup command
pattern a | stats count(*) => stats can not follow pattern
fields a as b | fields c as b => Ephemeral field(s) [b] are already defined
fields nothing(a) => Unknown function: nothing(a)
fields strlen() => Invalid arguments for strlen: wrong number of them
limit 10001 => The limit is 10000 at most
filter a like /(/ => Invalid regular expression:
parse "*" as a, b => Number of wildcards (1) does not match the number of fields (2) in parse
filter a in (SOURCE "g" | filter b in (SOURCE "h" | fields c)) => A sub-query can not have a sub-query
""")
    void refuses(String query, String message) {
        assertThatThrownBy(() ->
                        QueryPlan.of(
                                InsightsQuery.parse(query),
                                GoldenEvents.TIMES,
                                10_000,
                                QueryPlan.Inputs.CHECK_ONLY))
                .isInstanceOfSatisfying(
                        MalformedQueryException.class,
                        fault -> {
                            assertThat(fault.awsErrorDetails()).isNull();
                            assertThat(fault.getMessage()).startsWith(message);
                            assertThat(fault.queryCompileError().location().endCharOffset())
                                    .isLessThanOrEqualTo(query.length());
                        });
    }

    @Test
    void tablesAreBounded() {
        var times = new QueryTimes(0, 86_400_000L * 365, 86_400_000L * 365, "eu-west-1");
        var events = new Events("1:g", 1).add("s", 1, "a");
        assertThatThrownBy(() ->
                        GoldenEvents.answer(
                                events, times, "stats count(*) by bin(1s) | fillmissing"))
                .isInstanceOf(QueryTooLarge.class);
    }
}
