/// SNS's operations.
@NullMarked
package io.pharos.events.topic.api;

import org.jspecify.annotations.NullMarked;
