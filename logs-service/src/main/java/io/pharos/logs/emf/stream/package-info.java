/// From arriving log events to `metric-data`.
@NullMarked
package io.pharos.logs.emf.stream;

import org.jspecify.annotations.NullMarked;
