/// What becomes of a query: where it looks, how far it is, what it found.
@NullMarked
package io.pharos.logs.query;

import org.jspecify.annotations.NullMarked;
