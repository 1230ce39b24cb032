/// `POST /v1/metrics`.
@NullMarked
package io.pharos.ingest.otlp.http;

import org.jspecify.annotations.NullMarked;
