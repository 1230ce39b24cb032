package io.pharos.metrics.promql;

import java.util.List;

/// What a query gives at every step of its time.
public sealed interface Value {
    /// One number a step.
    record Scalar(double[] values) implements Value {}

    record Text(String value) implements Value {}

    /// Series, each with a value or none a step. At any step labels are unique.
    record Vector(List<Column> columns) implements Value {}

    /// What a range selector of an instant query found.
    record Matrix(List<SampleSource.Samples> series) implements Value {}
}
