package io.pharos.metrics.insights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metrics.insights.InsightsQuery.Condition;
import io.pharos.metrics.insights.InsightsQuery.Function;
import io.pharos.metrics.insights.InsightsQuery.Key;
import io.pharos.metrics.insights.InsightsQuery.Order;
import io.pharos.metrics.insights.InsightsQuery.Value;
import io.pharos.metrics.math.ExpressionError;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

class InsightsParserTest {
    @Test
    void readsTheWholeGrammar() {
        assertThat(
                        InsightsParser.parse(
                                "SELECT AVG(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId, \"a b\")"
                                        + " WHERE InstanceId != 'i-1' AND \"a b\" = 'it\\'s'"
                                        + " AND AWS.AccountId = CURRENT_ACCOUNT_ID()"
                                        + " GROUP BY InstanceId, AWS.AccountId"
                                        + " ORDER BY MAX() DESC LIMIT 10"))
                .isEqualTo(
                        new InsightsQuery(
                                Function.AVG,
                                "CPUUtilization",
                                "AWS/EC2",
                                Optional.of(Set.of("InstanceId", "a b")),
                                List.of(
                                        new Condition(
                                                dimension("InstanceId"),
                                                false,
                                                new Value.Text("i-1")),
                                        new Condition(
                                                dimension("a b"), true, new Value.Text("it's")),
                                        new Condition(
                                                new Key.Account(),
                                                true,
                                                new Value.CurrentAccount())),
                                List.of(dimension("InstanceId"), new Key.Account()),
                                Optional.of(new Order(Function.MAX, true)),
                                OptionalInt.of(10)));
        assertThat(InsightsParser.parse("select count(m) from ns"))
                .isEqualTo(
                        new InsightsQuery(
                                Function.COUNT,
                                "m",
                                "ns",
                                Optional.empty(),
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                OptionalInt.empty()));
        assertThat(InsightsParser.parse("SELECT SUM(m) FROM SCHEMA(ns)").dimensions())
                .contains(Set.of());
        assertThat(InsightsParser.parse("SELECT MIN(\"from\")\nFROM \"a\\\"b\"").namespace())
                .isEqualTo("a\"b");
        assertThat(InsightsParser.parse("SELECT MAX(m) FROM n ORDER BY SUM()").orderBy())
                .contains(new Order(Function.SUM, false));
        assertThat(InsightsParser.parse("SELECT MAX(m) FROM n GROUP BY a").isGrouped()).isTrue();
        assertThat(InsightsParser.parse("SELECT MAX(m) FROM n WHERE \"tag\" = 'x'").conditions())
                .extracting(Condition::key)
                .containsExactly(dimension("tag"));
    }

    private static Key dimension(String name) {
        return new Key.Dimension(name);
    }

    @Test
    void tellsWhereItMakesNoSense() {
        unexpected("SELECT", "end, expected AVG, COUNT, MAX, MIN or SUM at position 6");
        unexpected(
                "SELECT STDDEV(m) FROM n",
                "'STDDEV', expected AVG, COUNT, MAX, MIN or SUM at position 7");
        unexpected("SELECT AVG m FROM n", "'m', expected '(' at position 11");
        unexpected("SELECT AVG(*) FROM n", "'*' at position 11");
        unexpected("SELECT AVG() FROM n", "')', expected a name at position 11");
        unexpected("SELECT AVG(m), SUM(m) FROM n", "',', expected FROM at position 13");
        unexpected("SELECT AVG(m) WHERE a = 'b'", "'WHERE', expected FROM at position 14");
        unexpected("SELECT AVG(m) FROM AWS/EC2", "'/' at position 22");
        unexpected("SELECT AVG(m) FROM 'n'", "'n', expected a name at position 19");
        unexpected("SELECT AVG(table) FROM n", "'table', expected a name at position 11");
        unexpected(
                "SELECT AVG(m) FROM n WHERE a = 1",
                "'1', expected a value in single quotes at position 31");
        unexpected(
                "SELECT AVG(m) FROM n WHERE a = \"b\"",
                "'b', expected a value in single quotes at position 31");
        unexpected(
                "SELECT AVG(m) FROM n WHERE a LIKE 'b'", "'LIKE', expected = or != at position 29");
        unexpected(
                "SELECT AVG(m) FROM n WHERE a IN ('b')", "'IN', expected = or != at position 29");
        unexpected(
                "SELECT AVG(m) FROM n WHERE a = 'b' OR a = 'c'",
                "'OR', expected end of query at position 35");
        unexpected("SELECT AVG(m) FROM n GROUP a", "'a', expected BY at position 27");
        unexpected(
                "SELECT AVG(m) FROM n ORDER BY m",
                "'m', expected AVG, COUNT, MAX, MIN or SUM at position 30");
        unexpected("SELECT AVG(m) FROM n LIMIT x", "'x', expected a number at position 27");
        unexpected(
                "SELECT AVG(m) FROM n LIMIT 1 GROUP BY a",
                "'GROUP', expected end of query at position 29");
        unexpected("SELECT AVG(m) FROM SCHEMA()", "')', expected a name at position 26");
        refuses(
                "SELECT AVG(m) FROM n LIMIT 0",
                "LIMIT must be between 1 and 500, found '0' at position 27");
        refuses(
                "SELECT AVG(m) FROM n LIMIT 501",
                "LIMIT must be between 1 and 500, found '501' at position 27");
        refuses(
                "SELECT AVG(m) FROM n LIMIT 99999999999",
                "LIMIT must be between 1 and 500, found '99999999999' at position 27");
        refuses(
                "SELECT AVG(m) FROM n WHERE tag.env = 'p'",
                "Queries on tags are not supported at position 27");
        refuses(
                "SELECT AVG(m) FROM n GROUP BY x.y",
                "Invalid query syntax, 'x.' is no prefix of a key at position 30");
        refuses(
                "SELECT AVG(m) FROM \"n",
                "Invalid query syntax, missing closing quote at position 19");
        refuses(
                "SELECT AVG(m) FROM n WHERE a = ''",
                "Invalid query syntax, empty quotes at position 31");
        refuses("SELECT " + "a".repeat(2_048), "Query is longer than 2048 characters");
    }

    @Test
    void nothingButItsErrorEscapes() {
        var random = new Random(20_261_121);
        var parts =
                ("SELECT AVG SUM ( ) m FROM SCHEMA , \"AWS/EC2\" WHERE a = != 'x' AND GROUP BY ORDER"
                                + " DESC LIMIT 10 . AWS AccountId CURRENT_ACCOUNT_ID ' \" \\ é ; 999999999999 tag")
                        .split(" ");
        var skeleton =
                "SELECT AVG ( m ) FROM n WHERE a = 'x' GROUP BY a , b ORDER BY SUM ( ) LIMIT 5"
                        .split(" ");
        var read = 0;
        for (var i = 0; i < 100_000; i++) {
            var text = new StringBuilder();
            var length = random.nextInt(skeleton.length + 1);
            for (var n = 0; n < length; n++) {
                var kept = random.nextInt(20) > 0;
                text.append(kept ? skeleton[n] : parts[random.nextInt(parts.length)]).append(' ');
            }
            try {
                read += InsightsParser.parse(text.toString()).isGrouped() ? 1 : 0;
            } catch (ExpressionError expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        assertThat(read).isGreaterThan(1_000);
    }

    private static void unexpected(String sql, String message) {
        refuses(sql, "Invalid query syntax, unexpected " + message);
    }

    private static void refuses(String sql, String message) {
        assertThatThrownBy(() -> InsightsParser.parse(sql))
                .as(sql)
                .isInstanceOf(ExpressionError.class)
                .hasMessage(message);
    }
}
