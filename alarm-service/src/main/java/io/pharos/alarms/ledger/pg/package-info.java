/// Alarms, their history, tags and outgoing messages in PostgreSQL.
@NullMarked
package io.pharos.alarms.ledger.pg;

import org.jspecify.annotations.NullMarked;
