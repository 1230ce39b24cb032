/// Log events from requests into batches. Pure.
@NullMarked
package io.pharos.ingest.log;

import org.jspecify.annotations.NullMarked;
