/// CloudWatch Logs operations on metric filters.
@NullMarked
package io.pharos.logs.metricfilter.api;

import org.jspecify.annotations.NullMarked;
