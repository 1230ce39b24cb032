/// Transformers: what parses and reshapes log events into JSON, AWS's processors one by one. Pure.
@NullMarked
package io.pharos.logs.transform;

import org.jspecify.annotations.NullMarked;
