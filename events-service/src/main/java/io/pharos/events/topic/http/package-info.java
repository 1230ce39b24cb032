/// Delivery to HTTP(S) endpoints, and the public certificate.
@NullMarked
package io.pharos.events.topic.http;

import org.jspecify.annotations.NullMarked;
