package io.pharos.logs.block;

/// Memory for the messages of one block after another: opening the next one with it ends the life of
/// the one before. For one thread at a time.
public final class Scratch {
    private byte[] bytes = {};

    byte[] atLeast(int size) {
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, BlockMerge.BUFFER_BYTES)];
        }
        return bytes;
    }
}
