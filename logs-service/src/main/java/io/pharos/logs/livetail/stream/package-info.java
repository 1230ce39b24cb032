/// The topic `log-events` to the sessions of this process.
@NullMarked
package io.pharos.logs.livetail.stream;

import org.jspecify.annotations.NullMarked;
