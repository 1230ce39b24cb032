package io.pharos.e2e.clients;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// OpenTelemetry's SDK with its own OTLP exporter, once with each temporality, past a proxy that signs.
final class OpenTelemetryClient {
    private OpenTelemetryClient() {}

    static void publish(URI endpoint) throws Exception {
        try (var proxy =
                new SigningProxy(
                        endpoint,
                        "monitoring",
                        System.getenv("AWS_ACCESS_KEY_ID"),
                        System.getenv("AWS_SECRET_ACCESS_KEY"))) {
            export(proxy, "delta", AggregationTemporalitySelector.deltaPreferred());
            export(proxy, "cumulative", AggregationTemporalitySelector.alwaysCumulative());
        }
    }

    private static void export(
            SigningProxy proxy, String service, AggregationTemporalitySelector temporality) {
        var exporter =
                OtlpHttpMetricExporter.builder()
                        .setEndpoint(proxy.address() + "/v1/metrics")
                        .setCompression("gzip")
                        .setAggregationTemporalitySelector(temporality)
                        .build();
        var reader = PeriodicMetricReader.builder(exporter).setInterval(Duration.ofHours(1));
        var resource = Resource.create(Attributes.builder().put("service.name", service).build());
        try (var provider =
                SdkMeterProvider.builder()
                        .setResource(resource)
                        .registerMetricReader(reader.build())
                        .build()) {
            var meter = provider.get("clients");
            var north = Attributes.builder().put("shop", "north").build();
            meter.counterBuilder("orders").setUnit("{order}").build().add(5, north);
            var latency = meter.histogramBuilder("latency").setUnit("ms").build();
            latency.record(12, north);
            latency.record(80, north);
            meter.gaugeBuilder("queue.length").build().set(7, north);
            var flushed = provider.forceFlush().join(20, TimeUnit.SECONDS);
            Publish.expect(flushed.isSuccess(), "an export with " + service + " temporality");
        }
    }
}
