package io.pharos.metrics.series.pg;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.kit.Database;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesFilter;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// The index in memory beside the index itself: the same pages, whoever registers, whenever it commits.
class SeriesCatalogIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String ACCOUNT = "123456789012";

    private final javax.sql.DataSource source = TestDatabase.fresh("metrics");
    private final Database database = new Database(source);
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgSeriesCatalog catalog = new PgSeriesCatalog(database, index);

    private static Series series(String namespace, String name, String... dimensions) {
        return new Series(ACCOUNT, "us-east-1", namespace, name, Dimensions.of(dimensions));
    }

    private void given(long seenMs, Series... series) {
        database.run(connection -> index.register(connection, List.of(series), seenMs));
    }

    private static SeriesFilter all(long sinceMs) {
        return new SeriesFilter(
                ACCOUNT,
                "us-east-1",
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Map.of(),
                sinceMs,
                0);
    }

    private static SeriesFilter after(SeriesFilter filter, long id) {
        return new SeriesFilter(
                filter.account(),
                filter.region(),
                filter.namespace(),
                filter.metricName(),
                filter.dimensionNames(),
                filter.dimensions(),
                filter.seenSinceMs(),
                id);
    }

    private static List<Series> only(List<KnownSeries> known) {
        return known.stream().map(KnownSeries::series).toList();
    }

    @Test
    void pagesAreThoseOfTheIndexInItsOrder() {
        given(
                100,
                series("b", "x"),
                series("B", "y", "Host", "1"),
                series("B", "y", "Host", "2", "Role", "db"),
                series("b", "\ufb01"),
                series("b", "\ud83d\ude00"),
                series("b", "a", "Role", "db"));
        var filters = new ArrayList<SeriesFilter>();
        for (var namespace :
                List.of(Optional.<String>empty(), Optional.of("B"), Optional.of("c"))) {
            for (var name : List.of(Optional.<String>empty(), Optional.of("y"), Optional.of("x"))) {
                for (var names : List.of(Set.<String>of(), Set.of("Host"))) {
                    for (var values : List.of(Map.<String, String>of(), Map.of("Role", "db"))) {
                        filters.add(
                                new SeriesFilter(
                                        ACCOUNT,
                                        "us-east-1",
                                        namespace,
                                        name,
                                        names,
                                        values,
                                        1,
                                        0));
                    }
                }
            }
        }
        for (var filter : filters) {
            var expected = database.read(c -> index.list(c, filter, 100));
            assertThat(only(catalog.list(filter, 100))).as("%s", filter).isEqualTo(only(expected));
            var paged = new ArrayList<KnownSeries>();
            for (var last = 0L; ; last = paged.getLast().id()) {
                var page = catalog.list(after(filter, last), 2);
                paged.addAll(page);
                if (page.size() < 2) {
                    break;
                }
            }
            assertThat(only(paged)).as("pages of %s", filter).isEqualTo(only(expected));
        }
    }

    @Test
    void whatAnotherProcessRegistersShowsSoonEvenWhenItCommitsLate() throws SQLException {
        given(100, series("a", "first"));
        assertThat(catalog.list(all(1), 10)).hasSize(1);
        try (var slow = source.getConnection()) {
            slow.setAutoCommit(false);
            index.register(slow, List.of(series("a", "late")), 100);
            given(100, series("a", "second"));
            Eventually.within(SOON, () -> assertThat(catalog.list(all(1), 10)).hasSize(2));
            slow.commit();
        }
        Eventually.within(
                SOON,
                () ->
                        assertThat(only(catalog.list(all(1), 10)))
                                .containsExactly(
                                        series("a", "first"),
                                        series("a", "late"),
                                        series("a", "second")));
    }

    @Test
    void whoSleptIsAskedAboutAndSleepersAreNotListed() {
        given(100, series("a", "sleeps"), series("a", "wakes"));
        assertThat(catalog.list(all(50), 10)).hasSize(2);
        assertThat(catalog.list(all(150), 10)).isEmpty();
        var later = new PgSeriesCatalog(database, index);
        given(200, series("a", "wakes"));
        assertThat(only(later.list(all(150), 10))).containsExactly(series("a", "wakes"));
    }

    @Test
    void tooManyAreReadFromTheIndex() {
        var small = new PgSeriesCatalog(database, index, 5);
        given(
                100,
                IntStream.range(0, 5).mapToObj(i -> series("a", "m" + i)).toArray(Series[]::new));
        assertThat(small.list(all(1), 10)).hasSize(5);
        given(100, series("a", "m5"));
        Eventually.within(SOON, () -> assertThat(small.list(all(1), 10)).hasSize(6));
        assertThat(new PgSeriesCatalog(database, index, 5).list(all(1), 10)).hasSize(6);
    }
}
