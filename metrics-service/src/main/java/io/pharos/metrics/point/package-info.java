/// Points, and the blocks they are packed in.
@NullMarked
package io.pharos.metrics.point;

import org.jspecify.annotations.NullMarked;
