package io.pharos.logs.insights;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One command of a query, between two bars.
public sealed interface Command {
    int start();

    int end();

    /// An expression and what it is called: by its alias, else by its own text.
    record Column(Expr expression, String name, boolean isAliased) {}

    /// `fields a, b * 2 as c`
    record Fields(List<Column> columns, int start, int end) implements Command {}

    /// `display a, b`
    record Display(List<Column> columns, int start, int end) implements Command {}

    /// `filter a = 1`
    record Filter(Expr condition, int start, int end) implements Command {}

    /// `filterIndex level = "ERROR"`: as `filter`, but groups without an index of the field are left out.
    record FilterIndex(Expr condition, String field, int start, int end) implements Command {}

    /// `stats count(*) as n by bin(5m), level offset 1h`
    ///
    /// @param offset how far bins of time are shifted; null: not at all
    record Stats(
            List<Column> aggregates,
            List<Column> groups,
            @Nullable Period offset,
            int start,
            int end)
            implements Command {}

    /// `countFrequent method, status`
    record CountFrequent(List<Column> fields, int start, int end) implements Command {}

    /// `sort a desc, b`
    record Sort(List<SortKey> keys, int start, int end) implements Command {}

    record SortKey(Expr expression, boolean descending) {}

    /// `limit 20`, `limit any 20`, `head 20`, `tail 20`.
    record Limit(int rows, Take take, int start, int end) implements Command {}

    /// Which rows a limit keeps.
    enum Take {
        FIRST,
        ANY,
        LAST
    }

    /// `parse @message "user=* took *" as user, took`
    record ParseGlob(Expr source, String pattern, List<String> names, int start, int end)
            implements Command {}

    /// `parse @message /user=(?<user>\w+)/`
    record ParseRegex(
            Expr source, String pattern, List<String> names, boolean multi, int start, int end)
            implements Command {}

    /// `parse @message logfmt as fields`
    record ParseLogfmt(Expr source, String name, int start, int end) implements Command {}

    /// `parse @message csv as a, b`
    record ParseCsv(Expr source, List<String> names, int start, int end) implements Command {}

    /// `json field=payload "a.b" as x, "c[0]" as y`
    record Json(Expr source, List<String> paths, List<String> names, int start, int end)
            implements Command {}

    /// `dedup a, b`
    record Dedup(List<Expr> keys, int start, int end) implements Command {}

    /// `pattern @message`
    ///
    /// @param isBaseline what another time is compared with: texts are not grouped yet
    record Pattern(Expr text, boolean isBaseline, int start, int end) implements Command {}

    /// `diff`, `diff previousDay`, `logcompare timeshift 7d`: behind `pattern`.
    ///
    /// @param back how far the time is back that is compared; null: as long as the query's own
    record Diff(@Nullable Period back, int start, int end) implements Command {}

    /// `anomaly`: behind `pattern`.
    record Anomaly(int start, int end) implements Command {}

    /// `relevantfields a, b where c > 1`
    ///
    /// @param fields none: all
    record RelevantFields(List<Column> fields, Expr condition, int start, int end)
            implements Command {}

    /// `estimate`, the last command: how much would be scanned.
    record Estimate(int start, int end) implements Command {}

    /// `unmask a, b`
    record Unmask(List<Column> columns, int start, int end) implements Command {}

    /// `unnest a into b`
    record Unnest(Expr list, String name, int start, int end) implements Command {}

    /// `expand a`: as `unnest`, the element takes the place of the list, which may be JSON.
    record Expand(Expr.Field list, int start, int end) implements Command {}

    /// A command that makes another table of all rows.
    record Table(TableCommand command, int start, int end) implements Command {}

    /// `join type=left left=a right=b where a.k=b.k (SOURCE "group" | …)`
    record Join(
            boolean keepsUnmatched,
            String left,
            String right,
            List<JoinKey> keys,
            InsightsQuery query,
            int start,
            int end)
            implements Command {}

    /// `lookup users id as user OUTPUT name`, `cidrlookup nets ip OUTPUTNEW owner as team`
    ///
    /// @param table its name
    /// @param isNetwork whether the column says in which networks an address is
    /// @param onlyMissing whether fields that have a value keep it: `OUTPUTNEW`
    record Lookup(
            Expr.Field table,
            boolean isNetwork,
            List<LookupKey> keys,
            List<LookupOutput> outputs,
            boolean onlyMissing,
            int start,
            int end)
            implements Command {}

    /// @param column of the table; null: the command does not say
    record LookupKey(@Nullable String column, Expr.Field field) {}

    /// A column of the table, and the field that gets its value.
    record LookupOutput(String column, String field) {}

    /// A field of either side that must be equal.
    record JoinKey(Expr left, String right) {}

    /// Where a query looks, when it says so itself.
    ///
    /// @param names groups by name or ARN
    /// @param prefixes of the names of groups
    /// @param accounts that it is restricted to; none: not
    /// @param logGroupClass of the groups that prefixes mean
    /// @param from null: the request's
    /// @param until null: the request's
    record Source(
            List<String> names,
            List<String> prefixes,
            List<String> accounts,
            String logGroupClass,
            @Nullable Time from,
            @Nullable Time until) {}

    /// `1714564800000`, `now`, `-1d`.
    ///
    /// @param ms since 1970, or since now
    record Time(long ms, boolean isFromNow) {
        public long at(long nowMs) {
            return isFromNow ? nowMs + ms : ms;
        }
    }
}
