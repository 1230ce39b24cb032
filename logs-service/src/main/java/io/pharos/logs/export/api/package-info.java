/// The operations on export tasks.
@NullMarked
package io.pharos.logs.export.api;

import org.jspecify.annotations.NullMarked;
