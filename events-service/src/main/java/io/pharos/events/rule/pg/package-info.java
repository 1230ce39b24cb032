/// Rules in PostgreSQL.
@NullMarked
package io.pharos.events.rule.pg;

import org.jspecify.annotations.NullMarked;
