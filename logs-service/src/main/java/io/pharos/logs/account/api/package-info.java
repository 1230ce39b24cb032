/// The operations on account policies.
@NullMarked
package io.pharos.logs.account.api;

import org.jspecify.annotations.NullMarked;
