/// The operations of lookup tables.
@NullMarked
package io.pharos.logs.lookup.api;

import org.jspecify.annotations.NullMarked;
