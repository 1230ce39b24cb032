/// Searches in the index that PostgreSQL keeps.
@NullMarked
package io.pharos.metrics.search.pg;

import org.jspecify.annotations.NullMarked;
