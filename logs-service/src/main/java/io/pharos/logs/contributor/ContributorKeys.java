package io.pharos.logs.contributor;

import java.util.ArrayList;
import java.util.List;

/// The values of a rule's keys as one text, `9:127.0.0.13:GET`: a contributor.
public final class ContributorKeys {
    /// Longer values are cut.
    public static final int MAX_LENGTH = 256;

    private ContributorKeys() {}

    public static String join(List<String> values) {
        var joined = new StringBuilder();
        for (var value : values) {
            var cut = cut(value);
            joined.append(cut.length()).append(':').append(cut);
        }
        return joined.toString();
    }

    private static String cut(String value) {
        if (value.length() <= MAX_LENGTH) {
            return value;
        }
        var splitsPair = Character.isHighSurrogate(value.charAt(MAX_LENGTH - 1));
        return value.substring(0, splitsPair ? MAX_LENGTH - 1 : MAX_LENGTH);
    }

    /// @throws IllegalArgumentException when it is not what [#join] made
    public static List<String> split(String contributor) {
        var values = new ArrayList<String>();
        var at = 0;
        while (at < contributor.length()) {
            var colon = contributor.indexOf(':', at);
            var length = colon < 0 ? -1 : Integer.parseInt(contributor, at, colon, 10);
            if (length < 0 || length > contributor.length() - colon - 1) {
                throw new IllegalArgumentException("damaged contributor");
            }
            values.add(contributor.substring(colon + 1, colon + 1 + length));
            at = colon + 1 + length;
        }
        return values;
    }
}
