/// From the topic `log-events` into the store, past everything that watches the events.
@NullMarked
package io.pharos.logs.ingest;

import org.jspecify.annotations.NullMarked;
