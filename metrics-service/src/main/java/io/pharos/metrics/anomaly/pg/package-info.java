/// Anomaly detectors and what they learnt, in PostgreSQL.
@NullMarked
package io.pharos.metrics.anomaly.pg;

import org.jspecify.annotations.NullMarked;
