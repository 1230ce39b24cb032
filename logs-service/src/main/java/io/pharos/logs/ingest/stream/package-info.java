/// The consumer of `log-events`.
@NullMarked
package io.pharos.logs.ingest.stream;

import org.jspecify.annotations.NullMarked;
