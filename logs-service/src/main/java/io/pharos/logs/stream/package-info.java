/// Log streams.
@NullMarked
package io.pharos.logs.stream;

import org.jspecify.annotations.NullMarked;
