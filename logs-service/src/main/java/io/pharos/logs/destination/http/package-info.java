/// Calls to what records of subscriptions are delivered to.
@NullMarked
package io.pharos.logs.destination.http;

import org.jspecify.annotations.NullMarked;
