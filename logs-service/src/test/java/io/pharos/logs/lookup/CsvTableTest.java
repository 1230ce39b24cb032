package io.pharos.logs.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Which texts are tables, and what is in them.
class CsvTableTest {
    @Test
    void readsWhatSpreadsheetsWrite() {
        var table =
                CsvTable.parse(
                        "\uFEFFid,\"full name\"\r\n1,\"Doe, \"\"J\"\"\"\r\n\r\n2,\"two\nlines\"");
        var rows = new ArrayList<List<String>>();
        table.forEachRow(rows::add);
        assertThat(table.columns()).containsExactly("id", "full name");
        assertThat(rows).containsExactly(List.of("1", "Doe, \"J\""), List.of("2", "two\nlines"));
        assertThat(table.records()).isEqualTo(2);
        assertThat(CsvTable.parse("only,a,header").records()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "a,a\n1,2",
                "a,\n1,2",
                "a,b\n1",
                "a,b\n1,2,3",
                "a,b\n1,\"open",
                "a,b\n1,\"closed\" not"
            })
    void refusesWhatIsNone(String body) {
        assertThatThrownBy(() -> CsvTable.parse(body))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void tooManyColumnsAreRefused() {
        var header = "c0" + ",c".repeat(CsvTable.MAX_COLUMNS);
        assertThatThrownBy(() -> CsvTable.parse(header))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> CsvTable.parse(",".repeat(1 << 20)))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void nothingButTheModelledErrorEscapes() {
        var random = new Random(20_261_121);
        var symbols = "ab,\"\r\n \uFEFF\u00e9;'#\t";
        var tables = 0;
        for (var round = 0; round < 20_000; round++) {
            var text = new StringBuilder("x,y\n");
            for (var i = random.nextInt(12); i > 0; i--) {
                text.append(symbols.charAt(random.nextInt(symbols.length())));
            }
            try {
                CsvTable.parse(text.toString()).forEachRow(row -> assertThat(row).hasSize(2));
                tables++;
            } catch (InvalidParameterException expected) {
                // Most are no tables.
            }
        }
        assertThat(tables).isPositive();
    }
}
