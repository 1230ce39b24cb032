package io.pharos.metrics.promql;

import com.google.re2j.Matcher;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Functions that change labels, or sort by them.
final class LabelFunctions {
    private LabelFunctions() {}

    /// label_replace
    ///
    /// @param texts label to set, replacement, label to read, expression for its whole value
    static List<Column> replaced(List<Column> columns, List<String> texts) {
        var target = target(texts.getFirst());
        var pattern = compile(texts.getLast());
        var replaced = new ArrayList<Column>(columns.size());
        for (var column : columns) {
            var source = column.labels().get(SelectorParser.canonical(texts.get(2)));
            var matcher = pattern.matcher(source);
            var labels =
                    matcher.matches()
                            ? column.labels().with(target, expanded(texts.get(1), matcher))
                            : column.labels();
            replaced.add(new Column(labels, column.values()));
        }
        return Evaluator.unique(replaced);
    }

    private static com.google.re2j.Pattern compile(String expression) {
        try {
            return io.pharos.metrics.promql.Matcher.compile(expression);
        } catch (IllegalArgumentException broken) {
            throw PromqlException.execution(
                    "invalid regular expression in label_replace(): " + expression);
        }
    }

    private static String target(String label) {
        if (label.isEmpty()) {
            throw PromqlException.execution("invalid destination label name: \"\"");
        }
        return SelectorParser.canonical(label);
    }

    /// `$1`, `${1}`, `$name`, `$$`; a group that is not there is empty. The longest name counts.
    private static String expanded(String template, Matcher matcher) {
        var text = new StringBuilder();
        for (var i = 0; i < template.length(); i++) {
            var c = template.charAt(i);
            if (c != '$' || i + 1 == template.length()) {
                text.append(c);
                continue;
            }
            if (template.charAt(i + 1) == '$') {
                text.append('$');
                i++;
                continue;
            }
            var braced = template.charAt(i + 1) == '{';
            var start = braced ? i + 2 : i + 1;
            var end = start;
            while (end < template.length() && isWord(template.charAt(end))) {
                end++;
            }
            if (end == start
                    || (braced && (end == template.length() || template.charAt(end) != '}'))) {
                text.append(c);
                continue;
            }
            text.append(group(matcher, template.substring(start, end)));
            i = braced ? end : end - 1;
        }
        return text.toString();
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static String group(Matcher matcher, String name) {
        try {
            var group =
                    name.chars().allMatch(Character::isDigit)
                            ? matcher.group(Integer.parseInt(name))
                            : matcher.group(name);
            return group == null ? "" : group;
        } catch (IndexOutOfBoundsException | IllegalArgumentException none) {
            return "";
        }
    }

    /// label_join
    ///
    /// @param texts label to set, separator, labels to read
    static List<Column> joined(List<Column> columns, List<String> texts) {
        var target = target(texts.getFirst());
        var sources =
                texts.subList(2, texts.size()).stream().map(SelectorParser::canonical).toList();
        return Evaluator.unique(
                columns.stream()
                        .map(column -> {
                            var value =
                                    sources.stream()
                                            .map(column.labels()::get)
                                            .collect(Collectors.joining(texts.get(1)));
                            return new Column(column.labels().with(target, value), column.values());
                        })
                        .toList());
    }

    /// sort_by_label: numbers inside values count as numbers.
    static List<Column> sorted(List<Column> columns, List<String> labels, boolean ascending) {
        var order = Comparator.<Column>comparingInt(_ -> 0);
        for (var label : labels) {
            var name = SelectorParser.canonical(label);
            order =
                    order.thenComparing(
                            column -> column.labels().get(name), LabelFunctions::natural);
        }
        var whole = order.thenComparing(Column::labels);
        return columns.stream().sorted(ascending ? whole : whole.reversed()).toList();
    }

    private static int natural(String one, String other) {
        var i = 0;
        var j = 0;
        while (i < one.length() && j < other.length()) {
            var a = one.charAt(i);
            var b = other.charAt(j);
            if (isDigit(a) && isDigit(b)) {
                var endOne = endOfDigits(one, i);
                var endOther = endOfDigits(other, j);
                var left = stripped(one.substring(i, endOne));
                var right = stripped(other.substring(j, endOther));
                var order =
                        left.length() == right.length()
                                ? left.compareTo(right)
                                : Integer.compare(left.length(), right.length());
                if (order != 0) {
                    return order;
                }
                i = endOne;
                j = endOther;
            } else if (a != b) {
                return Character.compare(a, b);
            } else {
                i++;
                j++;
            }
        }
        return Integer.compare(one.length() - i, other.length() - j);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int endOfDigits(String text, int start) {
        var end = start;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static String stripped(String digits) {
        var start = 0;
        while (start < digits.length() - 1 && digits.charAt(start) == '0') {
            start++;
        }
        return digits.substring(start);
    }
}
