/// The consumer of `metric-data`.
@NullMarked
package io.pharos.metrics.ingest.stream;

import org.jspecify.annotations.NullMarked;
