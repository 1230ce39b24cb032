package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// What a matching message holds at the places that its pattern names.
public interface FilterMatch {
    /// By name as TestMetricFilter shows it, in order: `$name` and `$3` for delimited patterns,
    /// selectors of scalars for JSON patterns, nothing for terms.
    Map<String, String> fields();

    /// The text at `reference`; null when the message has none there, or null, or no scalar.
    ///
    /// @param reference for JSON patterns one of those given to [FilterPattern#parse]
    @Nullable String value(FieldReference reference);
}
