/// Operations of CloudTrail.
@NullMarked
package io.pharos.events.trail.api;

import org.jspecify.annotations.NullMarked;
