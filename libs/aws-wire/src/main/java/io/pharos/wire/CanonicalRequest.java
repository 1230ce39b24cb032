package io.pharos.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The text that Signature Version 4 signs, made from a request as it came over the wire.
final class CanonicalRequest {
    static final String SIGNATURE_PARAMETER = "X-Amz-Signature";

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private CanonicalRequest() {}

    /// @param query the canonical query string
    /// @param signedHeaders lower-case names, sorted
    static String of(
            WireRequest request, String query, List<String> signedHeaders, String payloadHash) {
        var text = new StringBuilder(512);
        text.append(request.method()).append('\n');
        text.append(path(request.rawPath())).append('\n');
        text.append(query).append('\n');
        for (var name : signedHeaders) {
            text.append(name).append(':').append(value(request.headers(), name)).append('\n');
        }
        return text.append('\n')
                .append(String.join(";", signedHeaders))
                .append('\n')
                .append(payloadHash)
                .toString();
    }

    /// Values trimmed, runs of spaces collapsed, repeated headers joined in arrival order.
    private static String value(Headers headers, String name) {
        var values = headers.all(name);
        return values.size() == 1
                ? collapsed(values.getFirst())
                : values.stream().map(CanonicalRequest::collapsed).collect(Collectors.joining(","));
    }

    private static String collapsed(String value) {
        var stripped = value.strip();
        if (!stripped.contains("  ")) {
            return stripped;
        }
        var text = new StringBuilder(stripped.length());
        for (var i = 0; i < stripped.length(); i++) {
            var c = stripped.charAt(i);
            if (c != ' ' || stripped.charAt(i - 1) != ' ') {
                text.append(c);
            }
        }
        return text.toString();
    }

    /// Without dot segments and empty segments, every segment encoded once more. What S3 does
    /// differently is not for us.
    static String path(String rawPath) {
        if (rawPath.equals("/")) {
            return rawPath;
        }
        var segments = new ArrayDeque<String>();
        for (var segment : rawPath.split("/")) {
            switch (segment) {
                case "", "." -> {
                    // Says nothing.
                }
                case ".." -> segments.pollLast();
                default -> segments.addLast(encode(segment));
            }
        }
        var path = "/" + String.join("/", segments);
        return rawPath.endsWith("/") && !segments.isEmpty() ? path + "/" : path;
    }

    /// Every parameter but the signature, encoded anew, sorted by name and value.
    static String query(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return rawQuery;
        }
        return joined(
                pairs(rawQuery)
                        .map(pair ->
                                encode(percentDecode(name(pair)))
                                        + "="
                                        + encode(percentDecode(value(pair)))));
    }

    /// The same without encoding anew, as botocore signs.
    static String rawQuery(String rawQuery) {
        return joined(pairs(rawQuery).map(pair -> name(pair) + "=" + value(pair)));
    }

    private static Stream<String> pairs(String rawQuery) {
        return Stream.of(rawQuery.split("&"))
                .filter(pair -> !pair.isEmpty() && !name(pair).equals(SIGNATURE_PARAMETER));
    }

    private static String joined(Stream<String> pairs) {
        return pairs.sorted(
                        Comparator.<String, String>comparing(pair -> name(pair))
                                .thenComparing(pair -> value(pair)))
                .collect(Collectors.joining("&"));
    }

    private static String name(String pair) {
        var equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }

    private static String value(String pair) {
        var equals = pair.indexOf('=');
        return equals < 0 ? "" : pair.substring(equals + 1);
    }

    /// Keeps letters, digits and `-_.~`; everything else becomes `%XX` of its UTF-8 bytes.
    private static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        var text = new StringBuilder(bytes.length + 16);
        for (var b : bytes) {
            var c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || "-_.~".indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        return text.toString();
    }

    /// `%XX` to bytes; anything else, a plus sign too, is itself.
    private static byte[] percentDecode(String text) {
        var out = new ByteArrayOutputStream(text.length());
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            var high =
                    c == '%' && i + 2 < text.length()
                            ? Character.digit(text.charAt(i + 1), 16)
                            : -1;
            var low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }
}
