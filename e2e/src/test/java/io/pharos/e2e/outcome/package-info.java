/// What a whole run of e2e showed. Its name sorts behind every test that runs Pharos.
@NullMarked
package io.pharos.e2e.outcome;

import org.jspecify.annotations.NullMarked;
