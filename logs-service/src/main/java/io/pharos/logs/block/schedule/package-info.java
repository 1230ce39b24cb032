/// Merging and sweeping in the background.
@NullMarked
package io.pharos.logs.block.schedule;

import org.jspecify.annotations.NullMarked;
