/// Blocks in an S3-compatible object store.
@NullMarked
package io.pharos.logs.block.s3;

import org.jspecify.annotations.NullMarked;
