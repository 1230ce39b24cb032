/// From samples to points and roll-ups.
@NullMarked
package io.pharos.metrics.ingest;

import org.jspecify.annotations.NullMarked;
