/// What Pharos takes and at which price: load programs and micro benchmarks, each with its question,
/// its command and its last result. Never part of a build's tests. See `benchmarks/README.md`.
@NullMarked
package io.pharos.benchmarks;

import org.jspecify.annotations.NullMarked;
