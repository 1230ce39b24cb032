package io.pharos.metrics.promql;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/// Functions of one value.
final class Elementwise {
    private static final double LN_2 = Math.log(2);
    private static final double MAX_EPOCH_SECOND = 1e15;

    private Elementwise() {}

    static double of(Function function, double value) {
        return switch (function) {
            case ABS -> Math.abs(value);
            case CEIL -> Math.ceil(value);
            case FLOOR -> Math.floor(value);
            case EXP -> Math.exp(value);
            case SQRT -> Math.sqrt(value);
            case LN -> Math.log(value);
            case LOG2 -> log2(value);
            case LOG10 -> Math.log10(value);
            case SGN -> Math.signum(value);
            case DEG -> value * 180 / Math.PI;
            case RAD -> value * Math.PI / 180;
            case SIN -> Math.sin(value);
            case COS -> Math.cos(value);
            case TAN -> Math.tan(value);
            case ASIN -> Math.asin(value);
            case ACOS -> Math.acos(value);
            case ATAN -> Math.atan(value);
            case SINH -> Math.sinh(value);
            case COSH -> Math.cosh(value);
            case TANH -> Math.tanh(value);
            case ASINH -> asinh(value);
            case ACOSH -> Math.log(value + Math.sqrt(value * value - 1));
            case ATANH -> 0.5 * Math.log1p(2 * value / (1 - value));
            default -> throw new IllegalStateException(function + " is not of one value");
        };
    }

    private static double log2(double value) {
        var exponent = Math.getExponent(value);
        var isPower = value > 0 && Math.scalb(1.0, exponent) == value;
        return isPower ? exponent : Math.log(value) / LN_2;
    }

    private static double asinh(double value) {
        var size = Math.abs(value);
        return Double.isInfinite(value)
                ? value
                : Math.copySign(
                        Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1))), value);
    }

    /// Of seconds since the epoch, in UTC; NaN for what is no time.
    static double ofDate(Function function, double seconds) {
        if (!(Math.abs(seconds) < MAX_EPOCH_SECOND)) {
            return Double.NaN;
        }
        var time = Instant.ofEpochSecond((long) seconds).atZone(ZoneOffset.UTC);
        return switch (function) {
            case MINUTE -> time.getMinute();
            case HOUR -> time.getHour();
            case DAY_OF_MONTH -> time.getDayOfMonth();
            case DAY_OF_WEEK -> time.getDayOfWeek().getValue() % 7; // Sunday is 0
            case DAY_OF_YEAR -> time.getDayOfYear();
            case DAYS_IN_MONTH -> daysInMonth(time);
            case MONTH -> time.getMonthValue();
            case YEAR -> time.getYear();
            default -> throw new IllegalStateException(function + " is not of a date");
        };
    }

    private static double daysInMonth(ZonedDateTime time) {
        var first = time.toLocalDate().withDayOfMonth(1);
        return ChronoUnit.DAYS.between(first, first.plusMonths(1));
    }
}
