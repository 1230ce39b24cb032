package io.pharos.metrics.promql;

import java.util.Locale;
import java.util.Optional;

/// Operators that make one series of many, or keep some of many.
enum Aggregator {
    SUM,
    AVG,
    COUNT,
    MIN,
    MAX,
    GROUP,
    STDDEV,
    STDVAR,
    TOPK,
    BOTTOMK,
    COUNT_VALUES,
    QUANTILE,
    LIMITK,
    LIMIT_RATIO;

    static Optional<Aggregator> of(String name) {
        for (var aggregator : values()) {
            if (aggregator.text().equalsIgnoreCase(name)) {
                return Optional.of(aggregator);
            }
        }
        return Optional.empty();
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The type of what stands before the operand; empty when nothing does.
    Optional<Expr.Type> parameter() {
        return switch (this) {
            case TOPK, BOTTOMK, QUANTILE, LIMITK, LIMIT_RATIO -> Optional.of(Expr.Type.SCALAR);
            case COUNT_VALUES -> Optional.of(Expr.Type.STRING);
            default -> Optional.empty();
        };
    }
}
