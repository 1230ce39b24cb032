/// CloudWatch's read operations.
@NullMarked
package io.pharos.metrics.query.api;

import org.jspecify.annotations.NullMarked;
