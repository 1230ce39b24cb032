package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// AWS's front-end validation: every broken constraint of a request in one message,
/// `N validation errors detected: Value 'x' at 'stateValue' failed to satisfy constraint: …; …`.
///
/// Paths are lower camel case, list items counted from 1 (`targets.1.member.id`). Violations are told
/// in the order of the calls; for one value AWS tells the pattern first, then the length. Unset values
/// break nothing but [#required].
///
/// ```java
/// Constraints.check()
///         .required("alarmName", request.alarmName())
///         .length("alarmName", request.alarmName(), 1, 255)
///         .orThrow();
/// ```
public final class Constraints {
    private final List<String> violations = new ArrayList<>(0);

    private Constraints() {}

    public static Constraints check() {
        return new Constraints();
    }

    public Constraints required(String path, @Nullable Object value) {
        return satisfied(value != null, path, value, "Member must not be null");
    }

    /// Length of a text in characters.
    public Constraints length(String path, @Nullable String value, int least, int most) {
        if (value == null) {
            return this;
        }
        return bounds(path, value, value.codePointCount(0, value.length()), least, most, "length");
    }

    /// Number of items of a list or a map's entries (give its `entrySet`).
    public Constraints size(String path, @Nullable Collection<?> value, int least, int most) {
        return value == null ? this : bounds(path, value, value.size(), least, most, "length");
    }

    public Constraints range(String path, @Nullable Number value, long least, long most) {
        return value == null ? this : bounds(path, value, value.longValue(), least, most, "value");
    }

    public Constraints atLeast(String path, @Nullable Number value, long least) {
        return range(path, value, least, Long.MAX_VALUE);
    }

    /// The whole value must match; AWS prints the pattern without `^` and `$`.
    public Constraints pattern(String path, @Nullable String value, Pattern pattern) {
        return value == null
                ? this
                : satisfied(
                        pattern.matcher(value).matches(),
                        path,
                        value,
                        "Member must satisfy regular expression pattern: " + pattern.pattern());
    }

    /// @param allowed in the order AWS prints them
    public Constraints oneOf(String path, @Nullable String value, Collection<?> allowed) {
        return value == null
                ? this
                : satisfied(
                        allowed.stream().anyMatch(a -> a.toString().equals(value)),
                        path,
                        value,
                        "Member must satisfy enum value set: " + List.copyOf(allowed));
    }

    /// Any other rule, in AWS's words: `Member must …`.
    public Constraints satisfied(
            boolean holds, String path, @Nullable Object value, String constraint) {
        if (!holds) {
            var shown = value == null ? "Value null" : "Value '" + value + "'";
            violations.add(
                    shown + " at '" + path + "' failed to satisfy constraint: " + constraint);
        }
        return this;
    }

    private Constraints bounds(
            String path, Object value, long size, long least, long most, String what) {
        satisfied(
                size <= most,
                path,
                value,
                "Member must have " + what + " less than or equal to " + most);
        return satisfied(
                size >= least,
                path,
                value,
                "Member must have " + what + " greater than or equal to " + least);
    }

    /// @throws AwsError `ValidationException` with every violation
    public void orThrow() {
        orThrow(AwsError::validation);
    }

    /// Throws what `failure` makes of the message: services whose validation answers a modelled error,
    /// e.g. `InvalidParameterException` of Logs.
    public void orThrow(Function<String, ? extends RuntimeException> failure) {
        if (!violations.isEmpty()) {
            throw failure.apply(message());
        }
    }

    private String message() {
        var count = violations.size();
        return count
                + (count == 1 ? " validation error" : " validation errors")
                + " detected: "
                + String.join("; ", violations);
    }
}
