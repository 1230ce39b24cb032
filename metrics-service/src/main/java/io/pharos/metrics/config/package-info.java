/// Beans and settings of metrics-service.
@NullMarked
package io.pharos.metrics.config;

import org.jspecify.annotations.NullMarked;
