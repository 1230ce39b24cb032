package io.pharos.logs.insights.eval;

import static io.pharos.logs.insights.eval.Function.ANY;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All functions that work on one row, by their name in lower case. Those that depend on the query
/// (`bin`, `now`, …) are in [TimeFunctions].
final class Functions {
    /// AWS: pairs of condition and value in `case`.
    private static final int MAX_CASE = 21;

    private static final double EARTH_RADIUS_KM = 6371.0;

    private static final Map<String, Function> ALL = new HashMap<>();

    static {
        numbers();
        general();
        ALL.putAll(TextFunctions.all());
        ALL.putAll(AddressFunctions.all());
    }

    private Functions() {}

    static Map<String, Function> all() {
        return ALL;
    }

    private static void numbers() {
        ALL.put("abs", Function.number(Math::abs));
        ALL.put("ceil", Function.number(Math::ceil));
        ALL.put("floor", Function.number(Math::floor));
        ALL.put("log", Function.number(Math::log));
        ALL.put("sqrt", Function.number(Math::sqrt));
        ALL.put("tonumber", Function.number(number -> number));
        ALL.put("todouble", Function.number(number -> number));
        ALL.put("toint", Function.number(Functions::truncated));
        ALL.put("tolong", Function.number(Functions::truncated));
        ALL.put("greatest", new Function(1, ANY, arguments -> extreme(arguments, 1)));
        ALL.put("least", new Function(1, ANY, arguments -> extreme(arguments, -1)));
        ALL.put("round", new Function(1, 2, Functions::round));
        ALL.put("haversine", new Function(4, 4, Functions::haversine));
    }

    private static double truncated(double number) {
        return number < 0 ? Math.ceil(number) : Math.floor(number);
    }

    private static Eval extreme(List<Eval> arguments, int sign) {
        return (Function.Numeric)
                row -> {
                    var extreme = Double.NaN;
                    for (var argument : arguments) {
                        var number = argument.number(row);
                        if (Double.isNaN(number)) {
                            return Double.NaN;
                        }
                        if (Double.isNaN(extreme) || sign * number > sign * extreme) {
                            extreme = number;
                        }
                    }
                    return extreme;
                };
    }

    private static Eval round(List<Eval> arguments) {
        var of = arguments.getFirst();
        var digits = arguments.size() > 1 ? arguments.get(1) : new Eval.Constant(0.0);
        return (Function.Numeric)
                row -> {
                    var scale = Math.pow(10, Math.clamp(digits.number(row), -15, 15));
                    var number = of.number(row);
                    // Half away from zero.
                    return Math.copySign(Math.floor(Math.abs(number) * scale + 0.5), number)
                            / scale;
                };
    }

    /// Kilometres between two places in degrees.
    private static Eval haversine(List<Eval> arguments) {
        return (Function.Numeric)
                row -> {
                    var lat1 = Math.toRadians(arguments.getFirst().number(row));
                    var lon1 = Math.toRadians(arguments.get(1).number(row));
                    var lat2 = Math.toRadians(arguments.get(2).number(row));
                    var lon2 = Math.toRadians(arguments.get(3).number(row));
                    var a =
                            square(Math.sin((lat2 - lat1) / 2))
                                    + Math.cos(lat1)
                                            * Math.cos(lat2)
                                            * square(Math.sin((lon2 - lon1) / 2));
                    return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a)));
                };
    }

    private static double square(double number) {
        return number * number;
    }

    private static void general() {
        ALL.put(
                "ispresent",
                new Function(
                        1,
                        1,
                        arguments -> {
                            var of = arguments.getFirst();
                            return (Function.Condition) row -> of.value(row) != null;
                        }));
        ALL.put(
                "isnumeric",
                new Function(
                        1,
                        1,
                        arguments -> {
                            var of = arguments.getFirst();
                            return (Function.Condition) row -> !Double.isNaN(of.number(row));
                        }));
        ALL.put(
                "coalesce",
                new Function(
                        1,
                        ANY,
                        arguments ->
                                row -> {
                                    for (var argument : arguments) {
                                        var value = argument.value(row);
                                        if (value != null) {
                                            return value;
                                        }
                                    }
                                    return null;
                                }));
        ALL.put("if", new Function(3, 3, Functions::choose));
        ALL.put("case", new Function(2, MAX_CASE, Functions::choose));
        ALL.put(
                "messagesize",
                new Function(
                        0,
                        0,
                        _ -> (Function.Numeric) row -> row.isEvent() ? row.length() : Double.NaN));
        json();
    }

    /// Conditions and values in turn, and what else.
    private static Eval choose(List<Eval> arguments) {
        return row -> {
            var i = 0;
            for (; i + 1 < arguments.size(); i += 2) {
                if (arguments.get(i).test(row)) {
                    return arguments.get(i + 1).value(row);
                }
            }
            return i < arguments.size() ? arguments.get(i).value(row) : null;
        };
    }

    private static void json() {
        ALL.put("jsonparse", Function.text(JsonText::parse));
        ALL.put(
                "jsonstringify",
                new Function(
                        1,
                        1,
                        arguments ->
                                row -> {
                                    var value = arguments.getFirst().value(row);
                                    return value == null ? null : JsonText.write(value);
                                }));
        ALL.put(
                "jsonarraysize",
                new Function(
                        1,
                        1,
                        arguments ->
                                (Function.Numeric)
                                        row -> {
                                            var list = list(arguments.getFirst().value(row));
                                            return list == null ? Double.NaN : list.size();
                                        }));
        ALL.put(
                "jsonarraycontains",
                new Function(
                        2,
                        2,
                        arguments ->
                                (Function.Condition)
                                        row -> {
                                            var list = list(arguments.getFirst().value(row));
                                            var wanted = arguments.get(1).value(row);
                                            return list != null
                                                    && list.stream()
                                                            .anyMatch(value ->
                                                                    areEqual(value, wanted));
                                        }));
    }

    /// Text as the JSON it is, when it is a map or list; other values as they are.
    static Eval parsed(Eval of) {
        return row -> {
            var value = of.value(row);
            if (!(value instanceof String text) || text.isEmpty()) {
                return value;
            }
            var first = text.stripLeading();
            if (!first.startsWith("{") && !first.startsWith("[")) {
                return value;
            }
            var parsed = JsonText.parse(text);
            return parsed == null ? value : parsed;
        };
    }

    static boolean areEqual(@Nullable Object left, @Nullable Object right) {
        var order = Values.compare(left, right);
        return order != null && order == 0;
    }

    private static @Nullable List<?> list(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list;
            case String text when JsonText.parse(text) instanceof List<?> parsed -> parsed;
            case null, default -> null;
        };
    }
}
