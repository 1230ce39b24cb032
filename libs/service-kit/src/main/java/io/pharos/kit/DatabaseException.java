package io.pharos.kit;

import java.sql.SQLException;

/// PostgreSQL refused or was away. Its [#sqlState()] tells which.
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SQLException failure;

    public DatabaseException(SQLException failure) {
        super(failure);
        this.failure = failure;
    }

    public String sqlState() {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }

    /// A row with this key exists already (23505).
    public boolean isUniqueViolation() {
        return sqlState().equals("23505");
    }

    /// The same work may succeed later: connection lost (08), resources (53), operator intervention
    /// (57), serialization or deadlock (40).
    public boolean isTransient() {
        var state = sqlState();
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("40");
    }
}
