/// Alarms on lists of queries: metrics-service is asked each turn, for many alarms at a time.
@NullMarked
package io.pharos.alarms.query;

import org.jspecify.annotations.NullMarked;
