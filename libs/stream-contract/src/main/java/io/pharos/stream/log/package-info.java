/// Log events on their way from the front door into blocks: how a batch is packed and what may be in it.
@NullMarked
package io.pharos.stream.log;

import org.jspecify.annotations.NullMarked;
