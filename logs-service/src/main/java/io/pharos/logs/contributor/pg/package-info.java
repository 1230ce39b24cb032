/// Rules and what they counted, in PostgreSQL.
@NullMarked
package io.pharos.logs.contributor.pg;

import org.jspecify.annotations.NullMarked;
