/// Logical destinations: a name for a stream of another account, and who may subscribe to it.
@NullMarked
package io.pharos.logs.destination;

import org.jspecify.annotations.NullMarked;
