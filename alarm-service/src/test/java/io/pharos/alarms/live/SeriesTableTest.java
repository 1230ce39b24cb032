package io.pharos.alarms.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.metric.Dimensions;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;

class SeriesTableTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");

    private final SeriesTable table = new SeriesTable();

    @Test
    void findsWhatWasAddedAndNotRemoved() {
        var random = new Random(1);
        var all = new ArrayList<LiveSeries>();
        for (var i = 0; i < 2_000; i++) {
            if (random.nextInt(3) > 0 || all.isEmpty()) {
                var id = new SeriesId(TENANT, "n", "m" + i, Dimensions.NONE);
                // Few hashes, so that many share one or stand in another's place.
                var one = new LiveSeries(id, random.nextInt(300));
                all.add(one);
                table.add(one);
            } else {
                table.remove(all.remove(random.nextInt(all.size())));
            }
        }
        for (var hash = 0; hash < 300; hash++) {
            var found = new HashSet<LiveSeries>();
            for (var at = table.first(hash); at >= 0; at = table.next(at, hash)) {
                assertThat(found.add(table.at(at))).isTrue();
            }
            long wanted = hash;
            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(
                            all.stream().filter(one -> one.hash() == wanted).toList());
        }
        var each = new ArrayList<LiveSeries>();
        table.forEach(each::add);
        assertThat(each).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void leavesAStrangerAlone() {
        var known = new LiveSeries(new SeriesId(TENANT, "n", "m", Dimensions.NONE), 7);
        table.add(known);
        table.remove(new LiveSeries(new SeriesId(TENANT, "n", "other", Dimensions.NONE), 7));
        assertThat(table.first(8)).isEqualTo(-1);
        assertThat(table.at(table.first(7))).isSameAs(known);
    }
}
