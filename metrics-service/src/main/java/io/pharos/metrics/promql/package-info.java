/// PromQL: the language and its evaluation, by Prometheus 3's rules. Pure: samples come from a
/// [SampleSource], time is an argument.
@NullMarked
package io.pharos.metrics.promql;

import org.jspecify.annotations.NullMarked;
