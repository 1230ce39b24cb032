package io.pharos.logs.block;

import org.jspecify.annotations.Nullable;

/// What the index knows of a block before it is opened.
///
/// @param trigrams as kept, see [Trigrams#opened]; null: not known
public record BlockEntry(long id, long firstMs, long lastMs, byte @Nullable [] trigrams) {}
