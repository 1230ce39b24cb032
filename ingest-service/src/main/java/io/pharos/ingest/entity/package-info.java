/// Entities: what a client says that its metrics and log events come from.
@NullMarked
package io.pharos.ingest.entity;

import org.jspecify.annotations.NullMarked;
