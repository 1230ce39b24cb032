package io.pharos.logs.insights;

import java.util.List;

/// A command that looks at all rows in their order, and makes other rows of them.
public sealed interface TableCommand {
    /// `accum bytes as total`: the sum up to each row.
    record Accumulate(String field, String name) implements TableCommand {}

    /// `autoregress bytes as b p=1-4`: values of rows before.
    ///
    /// @param name of the value: with `_p` and its number behind, unless there is just one with an alias
    record Autoregress(String field, String name, boolean isAliased, int first, int last)
            implements TableCommand {}

    /// `addtotals fieldname=All col=true a, b`
    ///
    /// @param fields none: all
    record AddTotals(String name, boolean ofRows, boolean ofColumns, List<String> fields)
            implements TableCommand {}

    /// `filldown host cpu*`
    ///
    /// @param fields names, which may have stars; none: all
    record FillDown(List<String> fields) implements TableCommand {}

    /// `fillmissing with 0 for n`
    record FillMissing(List<Filling> values) implements TableCommand {}

    record Filling(Expr value, String field) {}

    /// `outlier action=remove param=3 uselower=true mark=true cpu memory`
    ///
    /// @param removes else the value becomes what is just inside
    record Outlier(
            boolean removes, double factor, boolean isLowToo, boolean marks, List<String> fields)
            implements TableCommand {}

    /// `sessionize user, device maxspan 1h as session`
    record Sessionize(List<String> fields, Period gap, String name) implements TableCommand {}

    /// `appendcols override=true max=100 (SOURCE "g" | stats …)`
    record AppendColumns(boolean overrides, int most, InsightsQuery query)
            implements TableCommand {}
}
