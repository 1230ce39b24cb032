/// Log groups: names, retention, tags.
@NullMarked
package io.pharos.logs.group;

import org.jspecify.annotations.NullMarked;
