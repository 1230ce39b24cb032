@NullMarked
package io.pharos.metrics.promql;

import org.jspecify.annotations.NullMarked;
