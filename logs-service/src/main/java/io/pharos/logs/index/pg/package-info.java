/// Since when groups have events under their field index policies.
@NullMarked
package io.pharos.logs.index.pg;

import org.jspecify.annotations.NullMarked;
