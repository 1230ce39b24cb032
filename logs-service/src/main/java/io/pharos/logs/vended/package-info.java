/// Deliveries of log groups into buckets.
@NullMarked
package io.pharos.logs.vended;

import org.jspecify.annotations.NullMarked;
