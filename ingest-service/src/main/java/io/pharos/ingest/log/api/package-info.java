/// The API of PutLogEvents.
@NullMarked
package io.pharos.ingest.log.api;

import org.jspecify.annotations.NullMarked;
