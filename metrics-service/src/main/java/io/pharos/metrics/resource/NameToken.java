package io.pharos.metrics.resource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// `NextToken` of a list in the order of names: opaque to clients, the last name of a page to us.
public final class NameToken {
    private static final String MARK = "n1:";

    private NameToken() {}

    public static String after(String name) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((MARK + name).getBytes(StandardCharsets.UTF_8));
    }

    /// Empty when it is none of ours.
    public static Optional<String> parse(String token) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            return text.startsWith(MARK) && text.indexOf('\0') < 0
                    ? Optional.of(text.substring(MARK.length()))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
