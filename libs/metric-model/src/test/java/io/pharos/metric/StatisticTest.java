package io.pharos.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class StatisticTest {
    @Test
    void understandsEveryForm() {
        expect("Sum", Statistic.Basic.SUM);
        expect("p99.9", new Statistic.Percentile(99.9));
        expect("p100", new Statistic.Percentile(100));
        expect("p100.00", new Statistic.Percentile(100));
        expect("p5.", new Statistic.Percentile(5));
        expect("tm90", new Statistic.Ranked(Statistic.Trim.TRIMMED_MEAN, 0, 90));
        expect("wm99", new Statistic.Ranked(Statistic.Trim.WINSORIZED_MEAN, 0, 99));
        expect("IQM", new Statistic.Ranked(Statistic.Trim.TRIMMED_MEAN, 25, 75));
        expect("TC(:5%)", new Statistic.Ranked(Statistic.Trim.TRIMMED_COUNT, 0, 5));
        expect("TS(80%:)", new Statistic.Ranked(Statistic.Trim.TRIMMED_SUM, 80, 100));
        expect("TM(2:1e3)", new Statistic.Valued(Statistic.Trim.TRIMMED_MEAN, 2, 1000));
        expect(
                "PR(:100)",
                new Statistic.Valued(
                        Statistic.Trim.PERCENTILE_RANK, Double.NEGATIVE_INFINITY, 100));
    }

    @Test
    void refusesWhatAwsRefuses() {
        for (var name :
                List.of(
                        "",
                        "sum",
                        "SUM",
                        "p101",
                        "p-1",
                        "p100.1",
                        "p99.12345678901",
                        "p",
                        "P50",
                        "TM(10%:90)",
                        "TM(10:90%)",
                        "PR(10%:90%)",
                        "TM(:)",
                        "TM(:%)",
                        "TM",
                        "pr5",
                        "TM(90%:10%)",
                        "iqm",
                        "TM(10%:101%)",
                        "Median",
                        "p50 ",
                        "o90",
                        "IQM()")) {
            assertThat(Statistic.parse(name)).as(name).isEmpty();
        }
        assertThat(Statistic.parseExtended("Sum")).isEmpty();
        assertThat(Statistic.parseExtended("p50")).isPresent();
        assertThat(Statistic.parse("TM(" + "1".repeat(500) + ":)")).isEmpty();
    }

    private static void expect(String name, Statistic statistic) {
        assertThat(Statistic.parse(name)).as(name).contains(statistic);
    }
}
