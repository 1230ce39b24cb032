package io.pharos.ingest.metric;

/// A request is not plain. Without a trace: it is an ordinary outcome.
final class Declined extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final Declined INSTANCE = new Declined();

    private Declined() {
        super(null, null, false, false);
    }
}
