package io.pharos.wire;

/// Bounds what one request may make us build: a small body can name very many empty items.
final class Budget {
    /// Values in one request. The largest legitimate one, 1,000 datums with 30 dimensions and 150
    /// values and counts each, stays below half of it.
    static final int MAX_VALUES = 1_000_000;

    private int left;

    Budget() {
        this(MAX_VALUES);
    }

    Budget(int values) {
        this.left = values;
    }

    void spend() {
        if (--left < 0) {
            throw Malformed.because("The request holds too many values.");
        }
    }
}
