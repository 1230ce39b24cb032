/// The filter pattern language of CloudWatch Logs: text to a compiled matcher. Pure.
@NullMarked
package io.pharos.logs.pattern;

import org.jspecify.annotations.NullMarked;
