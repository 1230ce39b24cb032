/// Answers from what PostgreSQL keeps.
@NullMarked
package io.pharos.metrics.query.pg;

import org.jspecify.annotations.NullMarked;
