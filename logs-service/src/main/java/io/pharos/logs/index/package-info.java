/// Field index policies: which fields of a group's events are indexed.
@NullMarked
package io.pharos.logs.index;

import org.jspecify.annotations.NullMarked;
