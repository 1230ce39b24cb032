package io.pharos.ingest.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.pharos.wire.AwsError;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Keeps numbers out that are short to write and long to compute: Protobuf's JSON writes `1e99999999`
/// out in full before it finds that it is no 64-bit number, which takes a minute.
public final class JsonNumbers {
    /// Digits in a row, of a number or of its exponent, that are looked at closely.
    private static final int LONG_NUMBER = 400;

    private static final int LONG_EXPONENT = 4;
    private static final JsonFactory JSON = new JsonFactory();

    /// What looks like a number there is text.
    private static final Set<String> TEXTS =
            Set.of(
                    "key",
                    "name",
                    "description",
                    "unit",
                    "version",
                    "stringvalue",
                    "bytesvalue",
                    "schemaurl",
                    "spanid",
                    "traceid");

    private JsonNumbers() {}

    /// @throws AwsError for a body with such a number where a number belongs
    public static void check(byte[] body) {
        if (isPlain(body) && !isSuspicious(new String(body, StandardCharsets.US_ASCII))) {
            return;
        }
        try (var parser = JSON.createParser(body)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                var isValue = token == JsonToken.VALUE_STRING || token.isNumeric();
                if (isValue && !isText(parser) && isSuspicious(parser.getText())) {
                    throw refused();
                }
            }
        } catch (IOException broken) {
            throw refused();
        }
    }

    private static AwsError refused() {
        return AwsError.validation("The body is no ExportMetricsServiceRequest in JSON.");
    }

    /// Whether there is nothing that could hide a digit or an exponent: other alphabets have digits
    /// too, and any character may be escaped.
    private static boolean isPlain(byte[] body) {
        for (var i = 0; i < body.length; i++) {
            if (body[i] < 0 || (body[i] == '\\' && i + 1 < body.length && body[i + 1] == 'u')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isText(JsonParser parser) throws IOException {
        var context = parser.getParsingContext();
        var name =
                context.inArray() ? context.getParent().getCurrentName() : context.getCurrentName();
        return name != null && TEXTS.contains(name.replace("_", "").toLowerCase(Locale.ROOT));
    }

    /// Whether there is a long row of digits, or one that may be a long exponent.
    private static boolean isSuspicious(String text) {
        var digits = 0;
        var isExponent = false;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isDigit(c)) {
                if (++digits >= (isExponent ? LONG_EXPONENT : LONG_NUMBER)) {
                    return true;
                }
                continue;
            }
            var isSign = c == '+' || c == '-';
            isExponent = (c == 'e' || c == 'E') || (isExponent && isSign && digits == 0);
            digits = 0;
        }
        return false;
    }
}
