/// Policies of a whole account, by their types.
@NullMarked
package io.pharos.logs.account;

import org.jspecify.annotations.NullMarked;
