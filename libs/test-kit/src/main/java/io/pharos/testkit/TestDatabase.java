package io.pharos.testkit;

import org.postgresql.ds.PGSimpleDataSource;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Fresh databases on [PostgresServer#shared()], so that test classes do not see each other.
public final class TestDatabase {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<String, String> TEMPLATES = new HashMap<>();

    private TestDatabase() {}

    /// A new database with the migrations `db/<schema>` of each schema done. The second one with the
    /// same schemas is copied from the first and costs a fraction.
    public static PGSimpleDataSource fresh(String... schemas) {
        var server = PostgresServer.shared();
        var name = "test_" + NUMBER.incrementAndGet();
        synchronized (TEMPLATES) {
            var template =
                    TEMPLATES.computeIfAbsent(
                            String.join("_", schemas), key -> template(server, key, schemas));
            try (var connection = server.dataSource().getConnection();
                    var create = connection.createStatement()) {
                create.execute("CREATE DATABASE " + name + " TEMPLATE \"" + template + "\"");
            } catch (SQLException failure) {
                throw new IllegalStateException(
                        "no database for " + Arrays.toString(schemas), failure);
            }
        }
        return server.dataSource(name);
    }

    private static String template(PostgresServer server, String key, String[] schemas) {
        var name = "template_" + key;
        server.createDatabase(name);
        for (var schema : schemas) {
            PostgresServer.migrate(server.dataSource(name), schema);
        }
        return name;
    }
}
