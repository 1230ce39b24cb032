/// The operations on field index policies.
@NullMarked
package io.pharos.logs.index.api;

import org.jspecify.annotations.NullMarked;
