/// JSON text, read with bounds.
@NullMarked
package io.pharos.events.json;

import org.jspecify.annotations.NullMarked;
