/// CloudWatch Logs Insights operations.
@NullMarked
package io.pharos.logs.query.api;

import org.jspecify.annotations.NullMarked;
