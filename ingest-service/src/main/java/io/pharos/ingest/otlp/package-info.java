/// OpenTelemetry's metrics as CloudWatch keeps them.
@NullMarked
package io.pharos.ingest.otlp;

import org.jspecify.annotations.NullMarked;
