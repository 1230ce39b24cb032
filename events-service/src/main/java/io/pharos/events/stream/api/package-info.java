/// Kinesis's operations.
@NullMarked
package io.pharos.events.stream.api;

import org.jspecify.annotations.NullMarked;
