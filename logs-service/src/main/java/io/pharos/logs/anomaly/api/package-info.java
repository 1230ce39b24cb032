/// Operations on log anomaly detectors.
@NullMarked
package io.pharos.logs.anomaly.api;

import org.jspecify.annotations.NullMarked;
