package io.pharos.logs.entity;

/// The streams that are looked at have more entities than are kept in mind.
public final class TooManyEntities extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TooManyEntities() {
        super("the streams have too many entities");
    }
}
