package io.pharos.benchmarks;

import io.pharos.wire.AwsWire;
import io.pharos.wire.Call;
import io.pharos.wire.WireRequest;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.net.URI;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// What does it cost to turn one PutMetricData of 1,000 datums (JSON 1.0, gzip, as boto3 sends it)
/// into the SDK's request? The signature is not in it.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' org.openjdk.jmh.Main WireDecode`
///
/// Last result: `docs/performance.md`, M3.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class WireDecode {
    private final AwsWire wire = new AwsWire();
    private final WireRequest request =
            new MetricMix(Instant.parse("2026-11-21T00:00:00Z"), 1, 1_000)
                    .frames(URI.create("http://127.0.0.1:4582"), 0, 1)
                    .getFirst()
                    .wire();

    /// 1,000 datums.
    @Benchmark
    public Call decode() {
        return wire.decode(wire.route(request), request);
    }
}
