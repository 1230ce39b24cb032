/// Real PostgreSQL and Kafka for tests and for standalone, and a clock that steps.
@NullMarked
package io.pharos.testkit;

import org.jspecify.annotations.NullMarked;
