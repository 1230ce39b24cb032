/// Lookup tables: reference data in CSV that queries enrich events with.
@NullMarked
package io.pharos.logs.lookup;

import org.jspecify.annotations.NullMarked;
