package io.pharos.ingest.otlp;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// UCUM's codes as CloudWatch's units. What has no counterpart has no unit here; values stay as sent.
final class OtlpUnits {
    private static final Map<String, String> BY_CODE =
            Map.ofEntries(
                    Map.entry("s", "Seconds"),
                    Map.entry("ms", "Milliseconds"),
                    Map.entry("us", "Microseconds"),
                    Map.entry("By", "Bytes"),
                    Map.entry("kBy", "Kilobytes"),
                    Map.entry("MBy", "Megabytes"),
                    Map.entry("GBy", "Gigabytes"),
                    Map.entry("TBy", "Terabytes"),
                    Map.entry("bit", "Bits"),
                    Map.entry("kbit", "Kilobits"),
                    Map.entry("Mbit", "Megabits"),
                    Map.entry("Gbit", "Gigabits"),
                    Map.entry("%", "Percent"),
                    Map.entry("By/s", "Bytes/Second"),
                    Map.entry("bit/s", "Bits/Second"));

    private OtlpUnits() {}

    /// Null for None.
    static @Nullable String of(String code) {
        // `{request}` annotates what is counted.
        return code.startsWith("{") && code.indexOf('}') == code.length() - 1
                ? "Count"
                : BY_CODE.get(code);
    }
}
