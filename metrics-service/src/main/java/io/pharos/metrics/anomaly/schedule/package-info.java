/// Trains in the background.
@NullMarked
package io.pharos.metrics.anomaly.schedule;

import org.jspecify.annotations.NullMarked;
