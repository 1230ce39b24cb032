/// Default values of minutes without a match.
@NullMarked
package io.pharos.logs.metricfilter.schedule;

import org.jspecify.annotations.NullMarked;
