package io.pharos.logs.insights.eval;

import io.pharos.logs.insights.Period;

import org.jspecify.annotations.Nullable;

/// An expression ready to be computed on any row of its segment. Stateless; null is "nothing".
@FunctionalInterface
public interface Eval {
    @Nullable Object value(Row row);

    /// NaN when it is not a number.
    default double number(Row row) {
        return Values.number(value(row));
    }

    /// As a condition.
    default boolean test(Row row) {
        return Values.isTrue(value(row));
    }

    /// A value in a map, by its path.
    static Eval member(Eval map, String path) {
        return Paths.member(map, path);
    }

    /// A time, so much later.
    static Eval shifted(Eval time, long ms) {
        return row -> time.value(row) instanceof Moment(var at) ? new Moment(at + ms) : null;
    }

    /// What an expression gives on events as they came, before anything was masked.
    static Eval unmasked(Eval of) {
        return row -> row.unmasked(of);
    }

    /// The same for every row.
    record Constant(@Nullable Object constant, double asNumber) implements Eval {
        Constant(@Nullable Object constant) {
            this(constant, Values.number(constant));
        }

        /// Of any row.
        public @Nullable Object value() {
            return constant;
        }

        @Override
        public @Nullable Object value(Row row) {
            return constant;
        }

        @Override
        public double number(Row row) {
            return asNumber;
        }
    }

    /// A period, for functions of time; no value to others.
    record Length(Period period) implements Eval {
        @Override
        public @Nullable Object value(Row row) {
            return null;
        }
    }

    /// What an earlier segment handed on.
    record Column(int column) implements Eval {
        @Override
        public @Nullable Object value(Row row) {
            return row.column(column);
        }
    }

    /// Computed once a row, however often it is asked for.
    record Memo(int slot, Eval of) implements Eval {
        @Override
        public @Nullable Object value(Row row) {
            return row.memo(slot, of);
        }
    }

    /// The text of an event, or a member of it that all events have.
    enum System implements Eval {
        MESSAGE("@message"),
        TIMESTAMP("@timestamp"),
        INGESTION_TIME("@ingestionTime"),
        LOG_STREAM("@logStream"),
        LOG("@log"),
        SOURCE_LOG("@source.log"),
        ACCOUNT("@aws.account"),
        PTR("@ptr");

        private final String name;

        System(String name) {
            this.name = name;
        }

        static @Nullable System of(String name) {
            for (var field : values()) {
                if (field.name.equals(name)) {
                    return field;
                }
            }
            return null;
        }

        @Override
        public @Nullable Object value(Row row) {
            return switch (this) {
                case MESSAGE -> row.message();
                case TIMESTAMP -> new Moment(row.timestampMs());
                case INGESTION_TIME -> new Moment(row.ingestionMs());
                case LOG_STREAM -> row.logStream();
                case LOG -> row.log();
                case SOURCE_LOG -> row.log().substring(row.log().indexOf(':') + 1);
                case ACCOUNT -> row.log().substring(0, row.log().indexOf(':'));
                case PTR -> row.pointer().toString();
            };
        }

        @Override
        public double number(Row row) {
            return this == TIMESTAMP ? row.timestampMs() : Eval.super.number(row);
        }
    }
}
