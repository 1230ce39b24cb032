package io.pharos.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

import javax.sql.DataSource;

class PostgresServerIT {
    @Test
    void freshDatabasesAreMigratedAndDoNotSeeEachOther() throws SQLException {
        var one = TestDatabase.fresh("sample");
        var two = TestDatabase.fresh("sample");
        execute(one, "INSERT INTO sample.note VALUES ('mine')");
        assertThat(text(one, "SELECT count(*) FROM sample.note")).isEqualTo("1");
        assertThat(text(two, "SELECT count(*) FROM sample.note")).isEqualTo("0");
    }

    @Test
    void aGivenDirectoryIsDurableAndKept(@TempDir Path directory) throws SQLException {
        var server = PostgresServer.on(directory, 0);
        try (server) {
            assertThat(text(server.dataSource(), "SHOW fsync")).isEqualTo("on");
            assertThat(text(server.dataSource(), "SHOW max_connections")).isEqualTo("200");
            server.createDatabase("pharos");
            execute(server.dataSource("pharos"), "CREATE TABLE kept (v text)");
        }
        try (var again = PostgresServer.on(directory, server.port())) {
            again.createDatabase("pharos");
            assertThat(text(again.dataSource("pharos"), "SELECT count(*) FROM kept"))
                    .isEqualTo("0");
        }
    }

    @Test
    void startsOverAnOrphanAndAStalePidFile(@TempDir Path directory) throws Exception {
        var orphan = forkAndKill(directory);
        assertThat(orphan.isAlive()).isTrue();
        var server = PostgresServer.on(directory, 0);
        try (server) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(text(server.dataSource(), "SELECT 1")).isEqualTo("1");
        }
        // The pid of somebody alive who is not PostgreSQL.
        var pidFile = directory.resolve("data/postmaster.pid");
        Files.writeString(pidFile, ProcessHandle.current().pid() + "\n/elsewhere\n");
        try (var again = PostgresServer.on(directory, 0)) {
            assertThat(text(again.dataSource(), "SELECT 1")).isEqualTo("1");
        }
    }

    /// Runs [Starter] in another JVM and kills that once its PostgreSQL is up.
    private static ProcessHandle forkAndKill(Path directory) throws Exception {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var jvm =
                new ProcessBuilder(
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Starter.class.getName(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        try (var output = jvm.inputReader()) {
            assertThat(output.lines().anyMatch(Starter.UP::equals)).isTrue();
        }
        jvm.destroyForcibly().waitFor();
        var pid = Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst();
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }

    static final class Starter {
        static final String UP = "PostgreSQL is up";

        private Starter() {}

        public static void main(String[] args) throws InterruptedException {
            var server = PostgresServer.on(Path.of(args[0]), 0);
            System.out.println(UP);
            Thread.sleep(60_000);
            server.close();
        }
    }

    private static void execute(DataSource source, String sql) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(DataSource source, String sql) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
