/// What is kept of alarms.
@NullMarked
package io.pharos.alarms.ledger;

import org.jspecify.annotations.NullMarked;
