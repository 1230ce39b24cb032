package io.pharos.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// HTTP headers: names without case, values in arrival order. Immutable.
public final class Headers {
    /// The headers of the call that runs on this thread, beside [Caller#SCOPE]: for the few that are
    /// part of an operation, e.g. `x-amzn-logs-format`. Unbound for calls inside the process.
    public static final ScopedValue<Headers> SCOPE = ScopedValue.newInstance();

    private static final Headers NONE = new Headers(Map.of());

    private final Map<String, List<String>> byName;

    private Headers(Map<String, List<String>> byName) {
        this.byName = byName;
    }

    public static Headers none() {
        return NONE;
    }

    /// Those of the current call; none outside of one.
    public static Headers current() {
        return SCOPE.orElse(NONE);
    }

    /// One value per name.
    public static Headers of(Map<String, String> values) {
        var builder = builder();
        values.forEach(builder::add);
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// The first value of a header.
    public Optional<String> first(String name) {
        var values = all(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /// Every value of a header, in arrival order; empty when it was not sent.
    public List<String> all(String name) {
        return byName.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /// Lower-case names to values, in arrival order of the names.
    public Map<String, List<String>> asMap() {
        return byName;
    }

    /// Collects headers in arrival order.
    public static final class Builder {
        private final Map<String, List<String>> byName = new LinkedHashMap<>();

        private Builder() {}

        public Builder add(String name, String value) {
            byName.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                    .add(value);
            return this;
        }

        public Headers build() {
            return new Headers(Collections.unmodifiableMap(byName));
        }
    }
}
