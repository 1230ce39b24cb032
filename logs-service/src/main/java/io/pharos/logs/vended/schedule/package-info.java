/// What writes files into buckets.
@NullMarked
package io.pharos.logs.vended.schedule;

import org.jspecify.annotations.NullMarked;
