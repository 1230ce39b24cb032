/// Beans and settings of events-service.
@NullMarked
package io.pharos.events.config;

import org.jspecify.annotations.NullMarked;
