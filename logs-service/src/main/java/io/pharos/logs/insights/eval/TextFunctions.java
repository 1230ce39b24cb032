package io.pharos.logs.insights.eval;

import static io.pharos.logs.insights.eval.Function.ANY;

import com.google.re2j.Matcher;
import com.google.re2j.PatternSyntaxException;

import io.pharos.logs.insights.SafeRegex;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// Functions of text. Lengths and places count code points.
final class TextFunctions {
    /// What one value may grow to.
    private static final int MAX_LENGTH = 4 << 20;

    private static final String BLANKS = " \t\n\r\f";

    private TextFunctions() {}

    static Map<String, Function> all() {
        var all = new HashMap<String, Function>();
        all.put("isempty", isEmpty(text -> text.isEmpty()));
        all.put("isblank", isEmpty(text -> text.isBlank()));
        all.put("concat", new Function(1, ANY, TextFunctions::concat));
        all.put("trim", new Function(1, 2, arguments -> trim(arguments, true, true)));
        all.put("ltrim", new Function(1, 2, arguments -> trim(arguments, true, false)));
        all.put("rtrim", new Function(1, 2, arguments -> trim(arguments, false, true)));
        all.put("unmask", new Function(1, 1, of -> Eval.unmasked(of.getFirst())));
        all.put("strlen", Function.text(text -> (double) text.codePointCount(0, text.length())));
        all.put("toupper", Function.text(text -> text.toUpperCase(Locale.ROOT)));
        all.put("tolower", Function.text(text -> text.toLowerCase(Locale.ROOT)));
        all.put("substr", new Function(2, 3, TextFunctions::substr));
        all.put("replace", new Function(3, 3, TextFunctions::replace));
        all.put("regexreplace", new Function(3, 3, TextFunctions::regexReplace));
        all.put("strcontains", Function.conditions((text, part) -> text.contains(part)));
        all.put("startswith", Function.conditions((text, part) -> text.startsWith(part)));
        all.put("endswith", Function.conditions((text, part) -> text.endsWith(part)));
        all.put("split", Function.texts(TextFunctions::split));
        encodings(all);
        return all;
    }

    private static void encodings(Map<String, Function> all) {
        all.put(
                "urlencode",
                Function.text(text ->
                        URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20")));
        all.put("urldecode", Function.text(TextFunctions::urlDecode));
        all.put(
                "base64encode",
                Function.text(text ->
                        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        all.put("base64decode", Function.text(TextFunctions::base64Decode));
        all.put("hextoascii", Function.text(TextFunctions::hexToAscii));
        all.put("hextodec", Function.text(TextFunctions::hexToDec));
        all.put("dectohex", Function.text(TextFunctions::decToHex));
        all.put("md5", Function.text(text -> hash("MD5", text)));
        all.put("sha256", Function.text(text -> hash("SHA-256", text)));
    }

    private static Function isEmpty(Predicate<String> isEmpty) {
        return new Function(
                1,
                1,
                arguments ->
                        (Function.Condition)
                                row -> {
                                    var text = Values.text(arguments.getFirst().value(row));
                                    return text == null || isEmpty.test(text);
                                });
    }

    /// What is missing adds nothing.
    private static Eval concat(List<Eval> arguments) {
        return row -> {
            var out = new StringBuilder();
            for (var argument : arguments) {
                var text = Values.text(argument.value(row));
                if (text != null && out.length() + text.length() <= MAX_LENGTH) {
                    out.append(text);
                }
            }
            return out.toString();
        };
    }

    private static Eval trim(List<Eval> arguments, boolean left, boolean right) {
        var of = arguments.getFirst();
        var set = arguments.size() > 1 ? arguments.get(1) : new Eval.Constant(BLANKS);
        return row -> {
            var text = Values.text(of.value(row));
            var characters = Values.text(set.value(row));
            if (text == null || characters == null) {
                return null;
            }
            var start = 0;
            var end = text.length();
            while (left && start < end && characters.indexOf(text.charAt(start)) >= 0) {
                start++;
            }
            while (right && end > start && characters.indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            return text.substring(start, end);
        };
    }

    /// `substr("abc", 1)`, `substr("abc", 1, 2)`
    private static Eval substr(List<Eval> arguments) {
        return row -> {
            var text = Values.text(arguments.getFirst().value(row));
            var from = arguments.get(1).number(row);
            var length = arguments.size() > 2 ? arguments.get(2).number(row) : Integer.MAX_VALUE;
            if (text == null || Double.isNaN(from) || Double.isNaN(length)) {
                return null;
            }
            var points = text.codePointCount(0, text.length());
            var first = (int) Math.clamp(from, 0, points);
            var last = (int) Math.clamp(first + Math.max(0, length), first, points);
            var start = text.offsetByCodePoints(0, first);
            return text.substring(start, text.offsetByCodePoints(start, last - first));
        };
    }

    private static Eval replace(List<Eval> arguments) {
        return row -> {
            var text = Values.text(arguments.getFirst().value(row));
            var find = Values.text(arguments.get(1).value(row));
            var with = Values.text(arguments.get(2).value(row));
            if (text == null || find == null || with == null || find.isEmpty()) {
                return text;
            }
            var grown = text.length() / (long) find.length() * with.length();
            return grown > MAX_LENGTH ? null : text.replace(find, with);
        };
    }

    /// The expression may stand between bars or quotes; the replacement means itself.
    private static Eval regexReplace(List<Eval> arguments) {
        if (!(arguments.get(1) instanceof Eval.Constant(Object given, _))
                || !(given instanceof String regex)) {
            throw new IllegalArgumentException("the second argument is a regular expression");
        }
        try {
            var pattern = SafeRegex.compile(regex);
            return row -> {
                var text = Values.text(arguments.getFirst().value(row));
                var with = Values.text(arguments.get(2).value(row));
                if (text == null || with == null) {
                    return text;
                }
                if ((text.length() + 1L) * with.length() > MAX_LENGTH) {
                    return null;
                }
                return pattern.matcher(text).replaceAll(Matcher.quoteReplacement(with));
            };
        } catch (PatternSyntaxException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    private static List<String> split(String text, String delimiter) {
        return delimiter.isEmpty()
                ? List.of(text)
                : Arrays.asList(text.split(java.util.regex.Pattern.quote(delimiter), -1));
    }

    private static @Nullable String urlDecode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable String base64Decode(String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable String hexToAscii(String text) {
        try {
            var bytes = HexFormat.of().parseHex(withoutPrefix(text));
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable Object hexToDec(String text) {
        try {
            return (double) Long.parseLong(withoutPrefix(text), 16);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static @Nullable String decToHex(String text) {
        var number = Values.number(text);
        return Double.isNaN(number) || Math.abs(number) >= 0x1p63
                ? null
                : Long.toHexString((long) number);
    }

    private static String withoutPrefix(String hex) {
        return hex.startsWith("0x") || hex.startsWith("0X") ? hex.substring(2) : hex;
    }

    private static String hash(String algorithm, String text) {
        try {
            var digest = MessageDigest.getInstance(algorithm);
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
