/// Where buckets are.
@NullMarked
package io.pharos.logs.export.config;

import org.jspecify.annotations.NullMarked;
