package io.pharos.kit;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

/// One service's PostgreSQL. Every use is a visible lambda; a transaction commits when the lambda
/// returns and rolls back when it throws.
public final class Database {
    private final DataSource dataSource;

    public Database(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /// Work on a connection, with a result.
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /// Work on a connection, without one.
    @FunctionalInterface
    public interface Effect {
        void on(Connection connection) throws SQLException;
    }

    /// @throws DatabaseException whatever PostgreSQL answered, unchanged as the cause
    public <T> T inTransaction(Work<T> work) {
        Prompt.mayWait();
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.on(connection);
                connection.commit();
                connection.setAutoCommit(true);
                return result;
            } catch (SQLException | RuntimeException | Error failure) {
                rollBack(connection, failure);
                throw failure;
            }
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        }
    }

    /// A lost connection can not be rolled back either: that must not hide why.
    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException second) {
            failure.addSuppressed(second);
        }
    }

    public void run(Effect effect) {
        inTransaction(connection -> {
            effect.on(connection);
            return Boolean.TRUE;
        });
    }

    /// Reads outside a transaction: each statement sees its own snapshot.
    public <T> T read(Work<T> work) {
        Prompt.mayWait();
        try (var connection = dataSource.getConnection()) {
            return work.on(connection);
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        }
    }
}
