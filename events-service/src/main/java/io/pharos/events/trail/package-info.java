/// Trails and the records of API calls.
@NullMarked
package io.pharos.events.trail;

import org.jspecify.annotations.NullMarked;
