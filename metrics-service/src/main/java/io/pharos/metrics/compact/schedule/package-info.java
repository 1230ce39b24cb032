/// The loop that merges.
@NullMarked
package io.pharos.metrics.compact.schedule;

import org.jspecify.annotations.NullMarked;
