/// logs-service.
@NullMarked
package io.pharos.logs;

import org.jspecify.annotations.NullMarked;
