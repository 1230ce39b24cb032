/// Samples of protocols whose labels go beyond PutMetricData's rules.
@NullMarked
package io.pharos.ingest.sample;

import org.jspecify.annotations.NullMarked;
