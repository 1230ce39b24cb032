package io.pharos.logs.transform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What of a record goes where in an OCSF event, in `ocsf.tsv`: the mappings that AWS publishes in
/// <https://github.com/ocsf/examples/tree/main/mappings/markdown/AWS>.
final class OcsfTable {
    private static final Map<String, List<Row>> TABLES = read();

    private OcsfTable() {}

    enum As {
        TEXT,
        NUMBER,
        BOOLEAN,
        /// An object as its text.
        JSON
    }

    record Row(String from, String to, As as) {}

    static List<Row> of(String name) {
        return Objects.requireNonNull(TABLES.get(name));
    }

    private static Map<String, List<Row>> read() {
        try (var in = Objects.requireNonNull(OcsfTable.class.getResourceAsStream("ocsf.tsv"))) {
            var tables = new HashMap<String, List<Row>>();
            for (var line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                var parts = line.split("\t");
                if (parts.length > 2) {
                    var as = parts.length > 3 ? As.valueOf(parts[3]) : As.TEXT;
                    tables.computeIfAbsent(parts[0], _ -> new ArrayList<>())
                            .add(new Row(parts[1], parts[2], as));
                }
            }
            return tables;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
