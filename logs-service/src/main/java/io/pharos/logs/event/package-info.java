/// Log events and their identity: what every reader and writer of events shares.
@NullMarked
package io.pharos.logs.event;

import org.jspecify.annotations.NullMarked;
