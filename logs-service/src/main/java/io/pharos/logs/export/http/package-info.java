/// Buckets.
@NullMarked
package io.pharos.logs.export.http;

import org.jspecify.annotations.NullMarked;
