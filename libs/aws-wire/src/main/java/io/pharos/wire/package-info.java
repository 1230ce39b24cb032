/// AWS protocols, signing and errors: bytes to and from the SDK's own shapes.
@NullMarked
package io.pharos.wire;

import org.jspecify.annotations.NullMarked;
