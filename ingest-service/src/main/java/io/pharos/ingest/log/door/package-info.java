/// What the HTTP doors for logs take apart: bodies into events.
@NullMarked
package io.pharos.ingest.log.door;

import org.jspecify.annotations.NullMarked;
