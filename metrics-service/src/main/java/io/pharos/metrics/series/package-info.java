/// Which series there are.
@NullMarked
package io.pharos.metrics.series;

import org.jspecify.annotations.NullMarked;
