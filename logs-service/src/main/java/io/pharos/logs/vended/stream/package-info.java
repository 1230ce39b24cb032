/// Arriving events on their way into buckets.
@NullMarked
package io.pharos.logs.vended.stream;

import org.jspecify.annotations.NullMarked;
