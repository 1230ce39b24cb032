/// CloudWatch Logs operations on log streams.
@NullMarked
package io.pharos.logs.stream.api;

import org.jspecify.annotations.NullMarked;
