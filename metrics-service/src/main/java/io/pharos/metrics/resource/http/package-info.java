/// Tags for alarm-service, which answers AWS's tag operations.
@NullMarked
package io.pharos.metrics.resource.http;

import org.jspecify.annotations.NullMarked;
