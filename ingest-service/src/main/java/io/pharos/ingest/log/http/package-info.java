/// Which log streams can be written, asked of their owner.
@NullMarked
package io.pharos.ingest.log.http;

import org.jspecify.annotations.NullMarked;
