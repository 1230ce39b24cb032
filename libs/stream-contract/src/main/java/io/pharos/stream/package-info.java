/// Topics, record schemas and codecs: what the services promise each other and downstream readers.
@NullMarked
package io.pharos.stream;

import org.jspecify.annotations.NullMarked;
