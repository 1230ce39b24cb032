/// What Pharos asks of programs outside it, by JSON over HTTP.
@NullMarked
package io.pharos.alarms.http;

import org.jspecify.annotations.NullMarked;
