/// Tags in PostgreSQL.
@NullMarked
package io.pharos.metrics.resource.pg;

import org.jspecify.annotations.NullMarked;
