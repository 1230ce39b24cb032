/// The only shared Quarkus code: operation entry, caller, clock, stream positions, health.
@NullMarked
package io.pharos.kit;

import org.jspecify.annotations.NullMarked;
