/// CloudWatch's operations about anomaly detectors.
@NullMarked
package io.pharos.metrics.anomaly.api;

import org.jspecify.annotations.NullMarked;
