/// Export tasks: a group's events of a time as files in a bucket.
@NullMarked
package io.pharos.logs.export;

import org.jspecify.annotations.NullMarked;
