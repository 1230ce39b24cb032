/// CloudWatch Logs operations that read events.
@NullMarked
package io.pharos.logs.event.api;

import org.jspecify.annotations.NullMarked;
