/// `SEARCH`: which metrics a search expression means. Plain Java: reading, and judging one series.
@NullMarked
package io.pharos.metrics.search;

import org.jspecify.annotations.NullMarked;
