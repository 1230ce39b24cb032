/// What statistics are asked for, and how points answer.
@NullMarked
package io.pharos.metrics.query;

import org.jspecify.annotations.NullMarked;
