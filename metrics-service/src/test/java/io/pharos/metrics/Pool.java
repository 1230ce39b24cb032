package io.pharos.metrics;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalPropertiesReader;
import io.pharos.kit.Database;

import org.postgresql.ds.PGSimpleDataSource;

import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;

/// For tests of many small transactions: a database whose connections are kept, as in the service.
final class Pool {
    private Pool() {}

    static Database of(PGSimpleDataSource source) {
        var properties =
                Map.of(
                        "maxSize", "2",
                        "jdbcUrl", Objects.requireNonNull(source.getUrl()),
                        "principal", "postgres",
                        "credential", "none");
        try {
            return new Database(
                    AgroalDataSource.from(new AgroalPropertiesReader().readProperties(properties)));
        } catch (SQLException failure) {
            throw new IllegalStateException("no pool", failure);
        }
    }
}
