/// CloudWatch Logs operations on subscription filters.
@NullMarked
package io.pharos.logs.subscription.api;

import org.jspecify.annotations.NullMarked;
