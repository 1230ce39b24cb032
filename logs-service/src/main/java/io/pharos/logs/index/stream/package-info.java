/// Arriving events that have indexed fields.
@NullMarked
package io.pharos.logs.index.stream;

import org.jspecify.annotations.NullMarked;
