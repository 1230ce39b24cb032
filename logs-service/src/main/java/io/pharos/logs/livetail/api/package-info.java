/// CloudWatch Logs operations that stream.
@NullMarked
package io.pharos.logs.livetail.api;

import org.jspecify.annotations.NullMarked;
