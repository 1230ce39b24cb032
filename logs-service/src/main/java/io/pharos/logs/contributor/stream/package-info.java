/// Counts arriving events.
@NullMarked
package io.pharos.logs.contributor.stream;

import org.jspecify.annotations.NullMarked;
