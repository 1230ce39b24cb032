/// The way to a Firehose endpoint.
@NullMarked
package io.pharos.metrics.metricstream.http;

import org.jspecify.annotations.NullMarked;
