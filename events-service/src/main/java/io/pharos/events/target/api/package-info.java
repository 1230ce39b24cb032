/// Operations on targets.
@NullMarked
package io.pharos.events.target.api;

import org.jspecify.annotations.NullMarked;
