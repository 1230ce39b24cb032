/// The API of PutEvents.
@NullMarked
package io.pharos.ingest.event.api;

import org.jspecify.annotations.NullMarked;
