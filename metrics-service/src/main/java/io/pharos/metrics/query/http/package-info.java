/// What expressions ask of others over HTTP.
@NullMarked
package io.pharos.metrics.query.http;

import org.jspecify.annotations.NullMarked;
