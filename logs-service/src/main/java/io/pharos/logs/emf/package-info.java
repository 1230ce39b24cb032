/// The embedded metric format: log events that say which of their members are metrics.
@NullMarked
package io.pharos.logs.emf;

import org.jspecify.annotations.NullMarked;
