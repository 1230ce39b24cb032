/// What a whole run of e2e showed: run by itself when all others are through.
@NullMarked
package io.pharos.e2e.outcome;

import org.jspecify.annotations.NullMarked;
