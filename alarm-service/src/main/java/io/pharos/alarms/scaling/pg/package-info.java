/// Auto Scaling in PostgreSQL.
@NullMarked
package io.pharos.alarms.scaling.pg;

import org.jspecify.annotations.NullMarked;
