/// Subscription filters: matching log events to a stream.
@NullMarked
package io.pharos.logs.subscription;

import org.jspecify.annotations.NullMarked;
