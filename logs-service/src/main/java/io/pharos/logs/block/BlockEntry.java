package io.pharos.logs.block;

import org.jspecify.annotations.Nullable;

/// What the index knows of a block before it is opened.
///
/// @param trigrams null: not known; see [Trigrams#mayContain]
public record BlockEntry(long id, long firstMs, long lastMs, byte @Nullable [] trigrams) {}
