package io.pharos.metric;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// CloudWatch's 27 units. No conversion ever happens between them. Order and codes are stored: add at
/// the end, never reorder.
public enum Unit {
    NONE("None"),
    SECONDS("Seconds"),
    MICROSECONDS("Microseconds"),
    MILLISECONDS("Milliseconds"),
    BYTES("Bytes"),
    KILOBYTES("Kilobytes"),
    MEGABYTES("Megabytes"),
    GIGABYTES("Gigabytes"),
    TERABYTES("Terabytes"),
    BITS("Bits"),
    KILOBITS("Kilobits"),
    MEGABITS("Megabits"),
    GIGABITS("Gigabits"),
    TERABITS("Terabits"),
    PERCENT("Percent"),
    COUNT("Count"),
    BYTES_PER_SECOND("Bytes/Second"),
    KILOBYTES_PER_SECOND("Kilobytes/Second"),
    MEGABYTES_PER_SECOND("Megabytes/Second"),
    GIGABYTES_PER_SECOND("Gigabytes/Second"),
    TERABYTES_PER_SECOND("Terabytes/Second"),
    BITS_PER_SECOND("Bits/Second"),
    KILOBITS_PER_SECOND("Kilobits/Second"),
    MEGABITS_PER_SECOND("Megabits/Second"),
    GIGABITS_PER_SECOND("Gigabits/Second"),
    TERABITS_PER_SECOND("Terabits/Second"),
    COUNT_PER_SECOND("Count/Second");

    private static final Unit[] BY_CODE = values();
    private static final Map<String, Unit> BY_NAME = new HashMap<>();

    static {
        for (var unit : BY_CODE) {
            BY_NAME.put(unit.awsName, unit);
        }
    }

    private final String awsName;

    Unit(String awsName) {
        this.awsName = awsName;
    }

    /// As clients write it, e.g. `Bytes/Second`.
    public String awsName() {
        return awsName;
    }

    /// The number that stands for the unit in stored blocks, 0 to 26.
    public int code() {
        return ordinal();
    }

    /// @throws IllegalArgumentException for a number that stands for no unit
    public static Unit ofCode(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("not a unit: " + code);
        }
        return BY_CODE[code];
    }

    /// The unit with that name, case-sensitive; null when there is none. Empty means `None`.
    public static @Nullable Unit named(String awsName) {
        return awsName.isEmpty() ? NONE : BY_NAME.get(awsName);
    }
}
