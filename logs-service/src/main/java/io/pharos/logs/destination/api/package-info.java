/// The operations on destinations.
@NullMarked
package io.pharos.logs.destination.api;

import org.jspecify.annotations.NullMarked;
