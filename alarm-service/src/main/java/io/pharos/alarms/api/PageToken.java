package io.pharos.alarms.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// NextToken: opaque to clients, the last key of a page to us.
public final class PageToken {
    private static final String MARK = "1";
    private static final String SEPARATOR = "\0";

    private PageToken() {}

    public static String of(String... parts) {
        var text = MARK + SEPARATOR + String.join(SEPARATOR, parts);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Empty when it is none of ours with that many parts.
    public static Optional<List<String>> parse(String token, int parts) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            var found = Arrays.asList(text.split(SEPARATOR, -1));
            return found.size() == parts + 1 && found.getFirst().equals(MARK)
                    ? Optional.of(found.subList(1, parts + 1))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
