/// `POST /api/v1/write`.
@NullMarked
package io.pharos.ingest.prometheus.http;

import org.jspecify.annotations.NullMarked;
