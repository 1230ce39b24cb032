/// Beans of reading.
@NullMarked
package io.pharos.metrics.query.config;

import org.jspecify.annotations.NullMarked;
