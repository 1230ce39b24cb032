/// Programs that publish with libraries of others.
@NullMarked
package io.pharos.e2e.clients;

import org.jspecify.annotations.NullMarked;
