/// Detectors and anomalies in PostgreSQL.
@NullMarked
package io.pharos.logs.anomaly.pg;

import org.jspecify.annotations.NullMarked;
