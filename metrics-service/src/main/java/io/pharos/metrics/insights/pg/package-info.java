/// Runs Metrics Insights queries over what PostgreSQL keeps.
@NullMarked
package io.pharos.metrics.insights.pg;

import org.jspecify.annotations.NullMarked;
