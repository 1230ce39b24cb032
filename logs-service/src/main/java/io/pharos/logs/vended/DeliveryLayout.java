package io.pharos.logs.vended;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What of each event goes into a file, and where files stand in a bucket.
///
/// @param fields of [RecordFields], in their order
/// @param delimiter between fields of plain lines; null: a tab
/// @param suffixPath what keys are made of, after the destination's prefix; null: [ObjectKey#DEFAULT_SUFFIX]
/// @param hive whether parts of keys say what they are: `year=2026/month=01`
public record DeliveryLayout(
        List<String> fields,
        @Nullable String delimiter,
        @Nullable String suffixPath,
        boolean hive) {
    public static final String DEFAULT_DELIMITER = "\t";

    public static final DeliveryLayout DEFAULT =
            new DeliveryLayout(RecordFields.DEFAULT, null, null, false);

    public DeliveryLayout {
        fields = List.copyOf(fields);
    }

    String delimiterOrDefault() {
        return delimiter == null ? DEFAULT_DELIMITER : delimiter;
    }
}
