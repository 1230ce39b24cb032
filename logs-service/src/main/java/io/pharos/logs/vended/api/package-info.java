/// AWS's operations on deliveries.
@NullMarked
package io.pharos.logs.vended.api;

import org.jspecify.annotations.NullMarked;
