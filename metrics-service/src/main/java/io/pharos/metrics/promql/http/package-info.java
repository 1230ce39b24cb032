/// Prometheus's HTTP API for queries.
@NullMarked
package io.pharos.metrics.promql.http;

import org.jspecify.annotations.NullMarked;
