/// What account policies of several kinds have in common.
@NullMarked
package io.pharos.logs.policy.api;

import org.jspecify.annotations.NullMarked;
