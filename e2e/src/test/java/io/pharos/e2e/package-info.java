/// The product judged from outside, by real AWS clients that know only an endpoint.
@NullMarked
package io.pharos.e2e;

import org.jspecify.annotations.NullMarked;
