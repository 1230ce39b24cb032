/// Metric streams, what is to be sent and what is on its way, in PostgreSQL.
@NullMarked
package io.pharos.metrics.metricstream.pg;

import org.jspecify.annotations.NullMarked;
