/// Which block store there is.
@NullMarked
package io.pharos.logs.block.config;

import org.jspecify.annotations.NullMarked;
