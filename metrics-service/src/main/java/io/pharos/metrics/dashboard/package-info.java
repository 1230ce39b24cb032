/// Dashboards: the rules of their names and bodies.
@NullMarked
package io.pharos.metrics.dashboard;

import org.jspecify.annotations.NullMarked;
