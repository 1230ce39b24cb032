/// Log anomaly detectors: what they learn of a group's events, and what they find.
@NullMarked
package io.pharos.logs.anomaly;

import org.jspecify.annotations.NullMarked;
