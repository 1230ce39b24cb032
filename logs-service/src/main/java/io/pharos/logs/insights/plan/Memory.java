package io.pharos.logs.insights.plan;

/// What a query keeps, in bytes, roughly. Not for several threads.
final class Memory {
    /// What all rows and groups of a query may come to.
    static final long MAX_BYTES = 192L << 20;

    private final long most;
    private long used;

    Memory() {
        this(MAX_BYTES);
    }

    Memory(long most) {
        this.most = most;
    }

    /// @throws QueryTooLarge when there is no more
    void take(long bytes) {
        used += bytes;
        if (used > most) {
            throw new QueryTooLarge(most);
        }
    }

    void giveBack(long bytes) {
        used -= bytes;
    }
}
