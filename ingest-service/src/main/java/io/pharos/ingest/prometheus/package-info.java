/// Prometheus's remote-write as CloudWatch keeps it.
@NullMarked
package io.pharos.ingest.prometheus;

import org.jspecify.annotations.NullMarked;
