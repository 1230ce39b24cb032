/// The worker that delivers what is due.
@NullMarked
package io.pharos.events.topic.schedule;

import org.jspecify.annotations.NullMarked;
