/// Keeps what was counted small.
@NullMarked
package io.pharos.logs.contributor.schedule;

import org.jspecify.annotations.NullMarked;
