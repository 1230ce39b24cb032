/// Signatures and policies at the front door.
@NullMarked
package io.pharos.ingest.access.http;

import org.jspecify.annotations.NullMarked;
