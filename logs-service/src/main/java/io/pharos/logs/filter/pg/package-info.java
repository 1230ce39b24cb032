/// Which filters a group has right now, for consumers of its events.
@NullMarked
package io.pharos.logs.filter.pg;

import org.jspecify.annotations.NullMarked;
