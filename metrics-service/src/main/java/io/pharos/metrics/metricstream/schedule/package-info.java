/// What is sent each minute.
@NullMarked
package io.pharos.metrics.metricstream.schedule;

import org.jspecify.annotations.NullMarked;
