package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A function of the language: how many arguments it takes, and what it makes of them.
record Function(int least, int most, Build build) {
    /// As many as one likes.
    static final int ANY = 100;

    /// Makes the expression once its arguments are ready.
    @FunctionalInterface
    interface Build {
        /// @throws IllegalArgumentException with what is wrong with the arguments
        Eval of(List<Eval> arguments);
    }

    @FunctionalInterface
    interface OfText {
        @Nullable Object of(String text);
    }

    @FunctionalInterface
    interface OfTexts {
        @Nullable Object of(String text, String other);
    }

    @FunctionalInterface
    interface OfNumber {
        double of(double number);
    }

    /// Nothing of nothing.
    static Function text(OfText function) {
        return new Function(
                1,
                1,
                arguments -> {
                    var of = arguments.getFirst();
                    return row -> {
                        var text = Values.text(of.value(row));
                        return text == null ? null : function.of(text);
                    };
                });
    }

    static Function texts(OfTexts function) {
        return new Function(
                2,
                2,
                arguments -> {
                    var of = arguments.getFirst();
                    var and = arguments.get(1);
                    return row -> {
                        var text = Values.text(of.value(row));
                        var other = Values.text(and.value(row));
                        return text == null || other == null ? null : function.of(text, other);
                    };
                });
    }

    static Function number(OfNumber function) {
        return new Function(
                1,
                1,
                arguments -> {
                    var of = arguments.getFirst();
                    return (Numeric) row -> function.of(of.number(row));
                });
    }

    static Function condition(OfText function) {
        return new Function(
                1,
                1,
                arguments -> {
                    var of = arguments.getFirst();
                    return (Condition)
                            row -> {
                                var text = Values.text(of.value(row));
                                return text != null && Boolean.TRUE.equals(function.of(text));
                            };
                });
    }

    static Function conditions(OfTexts function) {
        return new Function(
                2,
                2,
                arguments -> {
                    var of = arguments.getFirst();
                    var and = arguments.get(1);
                    return (Condition)
                            row -> {
                                var text = Values.text(of.value(row));
                                var other = Values.text(and.value(row));
                                return text != null
                                        && other != null
                                        && Boolean.TRUE.equals(function.of(text, other));
                            };
                });
    }

    /// An expression that is a number, computed without making an object of it.
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // the value is made of it
    @FunctionalInterface
    interface Numeric extends Eval {
        @Override
        double number(Row row);

        @Override
        default @Nullable Object value(Row row) {
            return Values.ofNumber(number(row));
        }
    }

    /// An expression that is true or false.
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // the value is made of it
    @FunctionalInterface
    interface Condition extends Eval {
        @Override
        boolean test(Row row);

        @Override
        default @Nullable Object value(Row row) {
            return test(row);
        }

        @Override
        default double number(Row row) {
            return test(row) ? 1 : 0;
        }
    }
}
