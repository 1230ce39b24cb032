/// Mute rules: when actions of alarms are held back. Pure decisions; the ledger keeps them.
@NullMarked
package io.pharos.alarms.mute;

import org.jspecify.annotations.NullMarked;
