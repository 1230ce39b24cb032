@NullMarked
package io.pharos.metrics.promql.http;

import org.jspecify.annotations.NullMarked;
