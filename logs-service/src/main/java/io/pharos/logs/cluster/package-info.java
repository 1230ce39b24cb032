/// Texts that are alike: their tokens, the patterns they share.
@NullMarked
package io.pharos.logs.cluster;

import org.jspecify.annotations.NullMarked;
