/// ingest-service.
@NullMarked
package io.pharos.ingest;

import org.jspecify.annotations.NullMarked;
