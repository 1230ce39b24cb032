package io.pharos.metrics.widget;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.Locale;

/// Numbers as an axis shows them: `0.25`, `12`, `3.5k`, `1.2M`, `4.1e21`.
final class BriefNumbers extends NumberFormat {
    private static final long serialVersionUID = 1L;
    private static final String SIZES = "kMGT";

    static String text(double value, int digits) {
        if (!Double.isFinite(value)) {
            return "--";
        }
        var size = Math.abs(value);
        if (size != 0 && (size >= 1e15 || size < 1e-4)) {
            return String.format(Locale.ROOT, "%." + (digits - 1) + "e", value)
                    .replaceAll("\\.?0*e", "e");
        }
        var step = -1;
        while (Math.abs(value) >= 1_000 && step < SIZES.length() - 1) {
            value /= 1_000;
            step++;
        }
        var rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
        return rounded.toPlainString() + (step < 0 ? "" : SIZES.charAt(step));
    }

    @Override
    public StringBuffer format(double number, StringBuffer target, FieldPosition position) {
        return target.append(text(number, 4));
    }

    @Override
    public StringBuffer format(long number, StringBuffer target, FieldPosition position) {
        return format((double) number, target, position);
    }

    @Override
    public Number parse(String source, ParsePosition position) {
        throw new UnsupportedOperationException("only shown");
    }
}
