package io.pharos.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

/// A real PostgreSQL 18 as a child process, on loopback, superuser `postgres` without a password.
/// On a given directory it is durable (fsync on, data kept, also after `kill -9` of this process);
/// without one it is for tests: fast, and gone when closed.
public final class PostgresServer implements AutoCloseable {
    /// Used when no other database is named.
    public static final String DATABASE = "postgres";

    public static final String USER = "postgres";

    private static final int MAX_CONNECTIONS = 200;
    private static final Duration STARTUP_LIMIT = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /// The server that all tests of this JVM share; it ends with the JVM.
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final PostgresServer SERVER = temporary();
    }

    /// A server for tests: nothing survives [#close()], nothing is synced to disk.
    public static PostgresServer temporary() {
        return new PostgresServer(start(settings(EmbeddedPostgres.builder(), "off", "64MB")));
    }

    /// Starts on `directory`, which it fills when empty. A server that a killed process left behind
    /// on this directory is stopped first. The caller closes it: there is no shutdown hook, so that
    /// users of the database can stop before it.
    ///
    /// @param port 0 for any free one
    public static PostgresServer on(Path directory, int port) {
        try {
            var home = directory.toAbsolutePath();
            var data = home.resolve("data");
            var initialised = home.resolve("initialised");
            Files.createDirectories(home);
            if (!Files.exists(initialised)) {
                // A first start that was killed half-way; nobody has ever connected to it.
                PostgresOrphan.stop(data);
                Directories.deleteTree(data);
            }
            PostgresOrphan.stop(data);
            var builder =
                    settings(EmbeddedPostgres.builder(), "on", "256MB")
                            .setDataDirectory(data)
                            .setCleanDataDirectory(false)
                            .setRegisterShutdownHook(false)
                            .setServerConfig("max_wal_size", "2GB")
                            .setPort(port == 0 ? FreePort.find() : port);
            var server = new PostgresServer(start(builder));
            if (!Files.exists(initialised)) {
                Files.createFile(initialised);
            }
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException("PostgreSQL can not use " + directory, failure);
        }
    }

    private static EmbeddedPostgres.Builder settings(
            EmbeddedPostgres.Builder builder, String durable, String sharedBuffers) {
        return builder.setPGStartupWait(STARTUP_LIMIT)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", durable)
                .setServerConfig("full_page_writes", durable)
                .setServerConfig("synchronous_commit", durable)
                .setServerConfig("max_connections", Integer.toString(MAX_CONNECTIONS))
                .setServerConfig("shared_buffers", sharedBuffers)
                .setServerConfig("timezone", "UTC")
                .setServerConfig("jit", "off");
    }

    private static EmbeddedPostgres start(EmbeddedPostgres.Builder builder) {
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException("PostgreSQL did not start", failure);
        }
    }

    public int port() {
        return server.getPort();
    }

    /// Without user and password parameters: pass [#USER] and any password.
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /// Not pooled: a new connection each time.
    public PGSimpleDataSource dataSource() {
        return dataSource(DATABASE);
    }

    public PGSimpleDataSource dataSource(String database) {
        var source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(database));
        source.setUser(USER);
        source.setPassword(USER);
        return source;
    }

    /// Creates `database` when it is not there.
    public void createDatabase(String database) {
        try (var connection = dataSource().getConnection();
                var exists =
                        connection.prepareStatement(
                                "SELECT 1 FROM pg_database WHERE datname = ?")) {
            exists.setString(1, database);
            try (var found = exists.executeQuery();
                    var create = connection.createStatement()) {
                if (!found.next()) {
                    create.execute("CREATE DATABASE \"" + database + "\"");
                }
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("no database " + database, failure);
        }
    }

    /// Runs the migrations of classpath location `db/<schema>` into `schema`, as a service does.
    public static void migrate(DataSource dataSource, String schema) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/" + schema)
                .schemas(schema)
                .defaultSchema(schema)
                .loggers("slf4j")
                .load()
                .migrate();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("PostgreSQL did not stop", failure);
        }
    }
}
