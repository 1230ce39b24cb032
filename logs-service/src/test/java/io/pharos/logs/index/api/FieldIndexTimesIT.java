package io.pharos.logs.index.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.logs.Calls;
import io.pharos.logs.TapHarness;
import io.pharos.logs.index.pg.PgIndexTimes;
import io.pharos.logs.index.stream.FieldIndexTap;
import io.pharos.testkit.SteppingClock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.FieldIndex;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What DescribeFieldIndexes tells of events that arrived.
class FieldIndexTimesIT {
    private final TapHarness harness = new TapHarness();
    private final SteppingClock clock = SteppingClock.at(TapHarness.NOW.toString());
    private final IndexPolicyApi api =
            new IndexPolicyApi(
                    harness.policies(), harness.groups(), new PgIndexTimes(harness.database()));
    private final long now = TapHarness.NOW.toEpochMilli();

    @AfterEach
    void stop() {
        harness.close();
    }

    private void index(String fields) {
        Calls.at(
                clock,
                () ->
                        api.putIndexPolicy(it ->
                                it.logGroupIdentifier("app")
                                        .policyDocument("{\"Fields\":" + fields + "}")));
    }

    private Map<String, FieldIndex> indexes() {
        return Calls.at(clock, () -> api.describeFieldIndexes(it -> it.logGroupIdentifiers("app")))
                .fieldIndexes()
                .stream()
                .collect(Collectors.toMap(FieldIndex::fieldIndexName, Function.identity()));
    }

    @Test
    void theFirstAndLastEventThatHaveAFieldAreToldSinceItIsIndexed() {
        harness.createGroup("app");
        harness.start(new FieldIndexTap(clock));
        harness.putEventsAt(now - 9_000, "app", "s", "{\"a\":1}");
        harness.await();
        index("[\"a\",\"b.c\"]");
        assertThat(index(indexes(), "a").firstEventTime()).isNull();
        harness.putEventsAt(now - 5_000, "app", "s", "{\"a\":1}", "no JSON: a");
        harness.putEventsAt(now - 7_000, "app", "t", "{\"b\":{\"c\":2}}", "{\"b\":1}");
        harness.putEventsAt(now - 6_000, "app", "s", "{\"a\":1}");
        harness.putEventsAt(now - 1_000, "app", "s", "{\"d\":1}");
        harness.await();
        var both = indexes();
        assertThat(index(both, "a").firstEventTime()).isEqualTo(now - 6_000);
        assertThat(index(both, "a").lastEventTime()).isEqualTo(now - 5_000);
        assertThat(index(both, "a").lastScanTime()).isEqualTo(now);
        assertThat(index(both, "b.c").firstEventTime()).isEqualTo(now - 7_000);
        assertThat(index(both, "b.c").lastEventTime()).isEqualTo(now - 7_000);
        index("[\"a\",\"e\"]");
        assertThat(index(indexes(), "a").firstEventTime()).isEqualTo(now - 6_000);
        assertThat(index(indexes(), "e").firstEventTime()).isNull();
    }

    private static FieldIndex index(Map<String, FieldIndex> indexes, String field) {
        return Objects.requireNonNull(indexes.get(field));
    }
}
