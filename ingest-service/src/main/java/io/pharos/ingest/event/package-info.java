/// PutEvents: checks entries and puts them on the stream of their bus.
@NullMarked
package io.pharos.ingest.event;

import org.jspecify.annotations.NullMarked;
