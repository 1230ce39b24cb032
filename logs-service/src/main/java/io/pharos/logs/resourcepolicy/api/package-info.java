/// The operations of resource policies.
@NullMarked
package io.pharos.logs.resourcepolicy.api;

import org.jspecify.annotations.NullMarked;
