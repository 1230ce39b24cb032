package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.metric.Dimensions;
import io.pharos.metrics.query.Labels.Unlabelled;
import io.pharos.metrics.series.Series;

import org.junit.jupiter.api.Test;

import java.util.List;

class LabelsTest {
    private static final Dimensions ONE = Dimensions.of("InstanceId", "i-1");
    private static final Dimensions TWO = Dimensions.of("InstanceId", "i-2");

    @Test
    void areAsShortAsTellsApart() {
        expect(List.of(metric("A", "m", ONE)), "m");
        expect(List.of(metric("A", "m", ONE), metric("A", "n", ONE)), "m", "n");
        expect(List.of(metric("A", "m", ONE), metric("B", "m", ONE)), "A", "B");
        expect(List.of(metric("A", "m", ONE), metric("A", "m", TWO)), "i-1", "i-2");
        expect(List.of(metric("A", "m", ONE), metric("A", "m", Dimensions.NONE)), "i-1", "m");
        expect(List.of(metric("A", "m", ONE), metric("A", "n", TWO)), "i-1 m", "i-2 n");
    }

    @Test
    void tellRegionsApart() {
        var there = new Series("123456789012", "eu-west-1", "A", "m", ONE);
        expect(
                List.of(metric("A", "m", ONE), new Unlabelled(there, "Sum", 60)),
                "us-east-1 m",
                "eu-west-1 m");
    }

    @Test
    void tellStatisticsAndPeriodsOfOneMetricApart() {
        var series = metric("A", "m", ONE).series();
        expect(
                List.of(new Unlabelled(series, "Average", 60), new Unlabelled(series, "Sum", 60)),
                "m Average",
                "m Sum");
        expect(
                List.of(new Unlabelled(series, "Sum", 60), new Unlabelled(series, "Sum", 300)),
                "m 60",
                "m 300");
    }

    private static Unlabelled metric(String namespace, String name, Dimensions dimensions) {
        return new Unlabelled(
                new Series("123456789012", "us-east-1", namespace, name, dimensions), "Sum", 60);
    }

    private static void expect(List<Unlabelled> metrics, String... labels) {
        var all = new Labels(metrics);
        assertThat(metrics.stream().map(all::automatic)).containsExactly(labels);
    }
}
