package io.pharos.logs.block.pg;

import io.pharos.logs.block.BlockStore;

/// Every payload stays in its index row, in PostgreSQL.
public final class RowsOnly implements BlockStore {
    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public String newKey(long groupId, int day) {
        throw unknown();
    }

    @Override
    public void put(String key, byte[] payload) {
        throw unknown();
    }

    @Override
    public byte[] get(String key) {
        throw unknown();
    }

    @Override
    public byte[] get(String key, int bytes) {
        throw unknown();
    }

    @Override
    public void remove(String key) {
        throw unknown();
    }

    private static IllegalStateException unknown() {
        return new IllegalStateException(
                "blocks were moved to an object store that is not configured any more:"
                        + " pharos.logs.block-store.s3.bucket");
    }
}
