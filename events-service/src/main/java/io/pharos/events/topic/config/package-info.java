/// Settings of topics.
@NullMarked
package io.pharos.events.topic.config;

import org.jspecify.annotations.NullMarked;
