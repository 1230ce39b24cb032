/// CloudWatch Logs operations that read events.
@NullMarked
package io.pharos.logs.read.api;

import org.jspecify.annotations.NullMarked;
