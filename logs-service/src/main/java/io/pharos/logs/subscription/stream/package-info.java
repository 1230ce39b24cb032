/// Records derived from arriving log events, for users' streams.
@NullMarked
package io.pharos.logs.subscription.stream;

import org.jspecify.annotations.NullMarked;
