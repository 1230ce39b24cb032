package io.pharos.alarms.alarm;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// What an evaluation does with periods that have no datapoint (TreatMissingData).
public enum MissingData {
    MISSING("missing"),
    IGNORE("ignore"),
    BREACHING("breaching"),
    NOT_BREACHING("notBreaching");

    private final String wireName;

    MissingData(String wireName) {
        this.wireName = wireName;
    }

    public static boolean isKnown(String wireName) {
        for (var treatment : values()) {
            if (treatment.wireName.equals(wireName)) {
                return true;
            }
        }
        return false;
    }

    /// The treatment that applies: as set, else AWS's default, which is to ignore for alarms on
    /// nothing but AWS/DynamoDB and `missing` for all others.
    public static MissingData of(@Nullable String wireName, String namespace) {
        return of(wireName, Set.of(namespace));
    }

    static MissingData of(@Nullable String wireName, Set<String> namespaces) {
        for (var treatment : values()) {
            if (treatment.wireName.equals(wireName)) {
                return treatment;
            }
        }
        return namespaces.equals(Set.of("AWS/DynamoDB")) ? IGNORE : MISSING;
    }
}
