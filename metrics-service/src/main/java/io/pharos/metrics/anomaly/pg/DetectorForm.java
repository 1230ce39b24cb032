package io.pharos.metrics.anomaly.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.anomaly.Configuration;
import io.pharos.metrics.anomaly.Detector;
import io.pharos.metrics.query.BandSubject;
import io.pharos.metrics.series.Series;
import io.pharos.wire.Tenant;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;

/// A detector as the JSON that is stored.
final class DetectorForm {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DetectorForm() {}

    static String write(Detector detector) {
        var root = JSON.createObjectNode();
        root.put("Queries", detector.queries());
        root.put("Period", detector.periodS());
        write(root, detector.configuration());
        write(root, detector.subject());
        return root.toString();
    }

    private static void write(ObjectNode root, Configuration configuration) {
        var ranges = root.putArray("ExcludedTimeRanges");
        for (var range : configuration.excluded()) {
            ranges.addObject()
                    .put("StartTime", range.start().toString())
                    .put("EndTime", range.end().toString());
        }
        if (configuration.timezone() != null) {
            root.put("MetricTimezone", configuration.timezone());
        }
        if (configuration.periodicSpikes() != null) {
            root.put("PeriodicSpikes", configuration.periodicSpikes());
        }
    }

    private static void write(ObjectNode root, BandSubject subject) {
        root.put("Expression", subject.expression());
        var metrics = root.putArray("Metrics");
        for (var metric : subject.metrics()) {
            var series = metric.series();
            var one =
                    metrics.addObject()
                            .put("Namespace", series.namespace())
                            .put("MetricName", series.metricName())
                            .put("Stat", metric.stat());
            var dimensions = one.putArray("Dimensions");
            for (var dimension : series.dimensions()) {
                dimensions
                        .addObject()
                        .put("Name", dimension.name())
                        .put("Value", dimension.value());
            }
        }
    }

    /// The same for two metrics just when their dimensions are.
    static String dimensions(Dimensions dimensions) {
        var array = JSON.createArrayNode();
        for (var dimension : dimensions) {
            array.add(dimension.name()).add(dimension.value());
        }
        return array.toString();
    }

    /// What tells subjects apart, in 32 bytes.
    static byte[] digest(BandSubject subject) {
        var root = JSON.createObjectNode();
        write(root, subject);
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(root.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Detector read(Tenant tenant, String text) {
        try {
            var root = JSON.readTree(text);
            return new Detector(
                    tenant,
                    subject(tenant, root),
                    root.path("Queries").asText(),
                    configuration(root),
                    root.path("Period").asInt());
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a detector is no JSON", broken);
        }
    }

    private static BandSubject subject(Tenant tenant, JsonNode root) {
        var metrics = new ArrayList<BandSubject.Metric>();
        for (var metric : root.path("Metrics")) {
            var dimensions = new ArrayList<Dimension>();
            for (var dimension : metric.path("Dimensions")) {
                dimensions.add(
                        new Dimension(
                                dimension.path("Name").asText(), dimension.path("Value").asText()));
            }
            metrics.add(
                    new BandSubject.Metric(
                            new Series(
                                    tenant.account(),
                                    tenant.region(),
                                    metric.path("Namespace").asText(),
                                    metric.path("MetricName").asText(),
                                    Dimensions.of(dimensions)),
                            metric.path("Stat").asText()));
        }
        return new BandSubject(root.path("Expression").asText(), metrics);
    }

    private static Configuration configuration(JsonNode root) {
        var ranges = new ArrayList<Configuration.Excluded>();
        for (var range : root.path("ExcludedTimeRanges")) {
            ranges.add(
                    new Configuration.Excluded(
                            Instant.parse(range.path("StartTime").asText()),
                            Instant.parse(range.path("EndTime").asText())));
        }
        return new Configuration(
                ranges,
                root.path("MetricTimezone").isMissingNode()
                        ? null
                        : root.path("MetricTimezone").asText(),
                root.path("PeriodicSpikes").isMissingNode()
                        ? null
                        : root.path("PeriodicSpikes").asBoolean());
    }
}
