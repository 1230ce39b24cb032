package io.pharos.ingest.access;

import java.util.function.IntFunction;

/// The ids of API keys (bearer tokens), as AWS has them: nothing else a caller is known by starts so.
public final class ApiKeyId {
    private static final String PREFIX = "ACCA";
    private static final int LETTERS = 17;

    private ApiKeyId() {}

    /// A new one.
    ///
    /// @param letters random ones, as many as it is asked for
    public static String of(IntFunction<String> letters) {
        return PREFIX + letters.apply(LETTERS);
    }

    /// Whether a caller came with an API key.
    public static boolean isOne(String accessKeyId) {
        return accessKeyId.startsWith(PREFIX) && accessKeyId.length() == PREFIX.length() + LETTERS;
    }
}
