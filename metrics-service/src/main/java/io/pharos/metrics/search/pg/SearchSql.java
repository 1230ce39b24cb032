package io.pharos.metrics.search.pg;

import io.pharos.metric.Dimensions;
import io.pharos.metrics.search.Search;
import io.pharos.metrics.search.Search.Condition;
import io.pharos.metrics.search.Search.Property;
import io.pharos.metrics.search.Search.Schema;
import io.pharos.metrics.search.Term;
import io.pharos.metrics.series.pg.PgSeriesIndex;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A search as a condition on `metrics.series` that all series it finds meet, and hardly any others:
/// PostgreSQL leaves out most, [Search#matches] decides. Never null, so that it can be negated.
///
/// @param parameters texts, in the order of their marks
/// @param isExact whether only those that it finds meet it
record SearchSql(String sql, List<String> parameters, boolean isExact) {
    private static final SearchSql ALL = new SearchSql("TRUE", List.of(), true);
    private static final SearchSql PERHAPS = new SearchSql("TRUE", List.of(), false);
    private static final SearchSql NONE = new SearchSql("FALSE", List.of(), true);

    /// All that a series is called.
    private static final String EVERYTHING =
            "lower((namespace || metric_name || dimensions::text) COLLATE \"C\")";

    static SearchSql of(Search search, PgSeriesIndex index, String account) {
        var compiler = new Compiler(index, account);
        return join(
                " AND ",
                Stream.concat(
                                search.schema().map(compiler::schema).stream(),
                                search.condition().map(compiler::condition).stream())
                        .toList());
    }

    private static SearchSql join(String operator, List<SearchSql> parts) {
        var parameters = new ArrayList<String>();
        parts.forEach(part -> parameters.addAll(part.parameters()));
        return new SearchSql(
                "(" + String.join(operator, parts.stream().map(SearchSql::sql).toList()) + ")",
                List.copyOf(parameters),
                parts.stream().allMatch(SearchSql::isExact));
    }

    private SearchSql negated() {
        return isExact ? new SearchSql("NOT " + sql, parameters, true) : PERHAPS;
    }

    /// @param account the caller's
    private record Compiler(PgSeriesIndex index, String account) {
        SearchSql schema(Schema schema) {
            var parameters = new ArrayList<String>();
            parameters.add(schema.namespace());
            var sql = new StringBuilder("(namespace = ?");
            schema.dimensions()
                    .forEach(name -> {
                        sql.append(" AND dimensions ?? ?");
                        parameters.add(name);
                    });
            sql.append(" AND dimensions");
            schema.dimensions()
                    .forEach(name -> {
                        sql.append(" - ?");
                        parameters.add(name);
                    });
            return new SearchSql(sql.append(" = '{}')").toString(), parameters, true);
        }

        SearchSql condition(Condition condition) {
            return switch (condition) {
                case Search.All(var all) -> join(" AND ", conditions(all));
                case Search.Any(var any) -> join(" OR ", conditions(any));
                case Search.Not(var inner) -> condition(inner).negated();
                case Search.Anywhere(Term.Exact(var text)) -> words(text);
                case Search.Anywhere(Term.Bare(var words)) -> words(words.parts());
                case Search.In(var property, var term) -> in(property, term);
            };
        }

        private List<SearchSql> conditions(List<Condition> conditions) {
            return conditions.stream().map(this::condition).toList();
        }

        private SearchSql in(Property property, Term term) {
            return switch (property) {
                case Property.Account _ -> Search.isAccount(term, account) ? ALL : NONE;
                case Property.Namespace _ -> column("namespace", term);
                case Property.MetricName _ -> column("metric_name", term);
                case Property.Dimension(var name) ->
                        switch (term) {
                            case Term.Exact(var text) ->
                                    new SearchSql(
                                            "dimensions @> ?::jsonb",
                                            List.of(index.write(Dimensions.of(name, text))),
                                            true);
                            case Term.Bare(var words) ->
                                    join(
                                            " AND ",
                                            List.of(
                                                    new SearchSql(
                                                            "dimensions ?? ?", List.of(name), true),
                                                    words(words.parts())));
                        };
            };
        }

        private static SearchSql column(String column, Term term) {
            return switch (term) {
                case Term.Exact(var text) -> new SearchSql(column + " = ?", List.of(text), true);
                case Term.Bare(var words) -> words(words.parts());
            };
        }

        private static SearchSql words(String text) {
            var kept = new StringBuilder();
            text.chars()
                    .filter(Compiler::isKept)
                    .forEach(c -> kept.append(Character.toLowerCase((char) c)));
            return kept.isEmpty() || text.chars().anyMatch(c -> c > '~')
                    ? PERHAPS
                    : words(List.of(kept.toString()));
        }

        /// Letters and digits that follow each other, with anything between them: what lies between words is not
        /// looked for.
        private static SearchSql words(List<String> parts) {
            if (!parts.stream().allMatch(part -> part.chars().allMatch(Compiler::isKept))) {
                return PERHAPS;
            }
            return new SearchSql(
                    EVERYTHING + " LIKE ?",
                    List.of("%" + String.join("%", String.join("", parts).split("")) + "%"),
                    false);
        }

        /// Letters and digits that are the same for everybody in lower case.
        private static boolean isKept(int c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        }
    }
}
