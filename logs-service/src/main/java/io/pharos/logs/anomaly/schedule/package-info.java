/// Looking for anomalies in the background.
@NullMarked
package io.pharos.logs.anomaly.schedule;

import org.jspecify.annotations.NullMarked;
