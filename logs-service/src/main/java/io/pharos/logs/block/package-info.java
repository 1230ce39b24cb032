/// Packed log events: how a block is laid out, merged and searched.
@NullMarked
package io.pharos.logs.block;

import org.jspecify.annotations.NullMarked;
