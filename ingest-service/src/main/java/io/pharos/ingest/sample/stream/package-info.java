/// Samples to the stream.
@NullMarked
package io.pharos.ingest.sample.stream;

import org.jspecify.annotations.NullMarked;
