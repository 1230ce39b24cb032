/// The beans of ingest-service that are made from its configuration.
@NullMarked
package io.pharos.ingest.config;

import org.jspecify.annotations.NullMarked;
