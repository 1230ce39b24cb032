/// Finding log events again.
@NullMarked
package io.pharos.logs.read;

import org.jspecify.annotations.NullMarked;
