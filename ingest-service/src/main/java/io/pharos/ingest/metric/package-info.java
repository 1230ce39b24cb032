/// PutMetricData: checks all of a request and packs it by series.
@NullMarked
package io.pharos.ingest.metric;

import org.jspecify.annotations.NullMarked;
