package io.pharos.wire;

/// The errors of requests that cannot be read as what they claim to be. Query shows them as
/// `MalformedInput`.
final class Malformed {
    private Malformed() {}

    static AwsError because(String message) {
        return new AwsError("SerializationException", 400, message);
    }

    static AwsError notA(String type, String found) {
        return because(found + " can not be converted to " + article(type) + " " + type);
    }

    static AwsError structureWhereNotExpected() {
        return because("Start of structure or map found where not expected.");
    }

    static AwsError listWhereNotExpected() {
        return because("Start of list found where not expected");
    }

    private static String article(String type) {
        return "AEIOU".indexOf(type.charAt(0)) >= 0 ? "an" : "a";
    }
}
