/// The API of PutMetricData.
@NullMarked
package io.pharos.ingest.metric.api;

import org.jspecify.annotations.NullMarked;
