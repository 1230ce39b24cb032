/// Which runs are merged, and how.
@NullMarked
package io.pharos.metrics.compact;

import org.jspecify.annotations.NullMarked;
