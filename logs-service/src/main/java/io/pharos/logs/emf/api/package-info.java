/// Policies about embedded metrics.
@NullMarked
package io.pharos.logs.emf.api;

import org.jspecify.annotations.NullMarked;
