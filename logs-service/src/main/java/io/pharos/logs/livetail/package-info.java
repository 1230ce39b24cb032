/// Live tail: matching log events shown as they arrive.
@NullMarked
package io.pharos.logs.livetail;

import org.jspecify.annotations.NullMarked;
