/// Export tasks at work.
@NullMarked
package io.pharos.logs.export.schedule;

import org.jspecify.annotations.NullMarked;
