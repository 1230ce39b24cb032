package io.pharos.logs.insights.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// It says what RE2/J says, or nothing.
class AsciiRegexTest {
    private static final int PATTERNS = 3_000;
    private static final int TEXTS = 12;
    private static final String LETTERS = "aabbcK k-_9\n.]\t$";

    @Test
    void saysWhatRe2Says() {
        for (var regex :
                List.of(
                        "svc-9\\d{3}",
                        "ab*c",
                        "a$",
                        "^GET .* HTTP/1\\.[01]$",
                        "(?i)error|fatal",
                        "a{2,3}b?c*",
                        "[^a-c\\d]",
                        "[]a-]+",
                        "[a-b-]",
                        "^$",
                        "$^",
                        "",
                        "a||b",
                        "(?P<x>a)(?<y>b)(?:c)",
                        "(a*)*b",
                        "a$|^b",
                        "\\Aa\\z",
                        "(?i)[^k]",
                        "\\S+\\s\\W\\D")) {
            assertThat(AsciiRegex.of(regex)).as(regex).isNotNull();
            for (var text :
                    List.of(
                            "",
                            "a",
                            "b",
                            "ab",
                            "abc",
                            "aab\n",
                            "x\ny",
                            "K",
                            "k",
                            "svc-9123",
                            "a]",
                            "ERROR",
                            "GET / HTTP/1.1",
                            "GET / HTTP/1.1\n",
                            "a b.c")) {
                expectSame(regex, text);
            }
        }
    }

    @Test
    void leavesTheRest() {
        for (var regex :
                List.of(
                        "é",
                        "\\bx",
                        "\\x41",
                        "\\pL",
                        "a(?i)b",
                        "(?s).",
                        "[[:alpha:]]",
                        "\\Qa\\E",
                        "a{,2}")) {
            assertThat(AsciiRegex.of(regex)).as(regex).isNull();
        }
        var letters = required("b+$");
        assertThat(is(letters, "aé")).isNull();
        assertThat(is(letters, "b")).isTrue();
        assertThat(is(required("ab+c"), "é abb abbc é")).isTrue();
        assertThat(is(required("ab+c"), "é ab")).isFalse();
        assertThat(is(required("ab+c"), "é abé")).isNull();
        // A hundred letters to remember: too many states for any table.
        var many = required("a.{100}b");
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.length() < 5_000) {
            text.append(random.nextBoolean() ? 'a' : 'c');
        }
        assertThat(is(many, text.toString())).isNull();
    }

    @Test
    void saysWhatRe2SaysOfAnyPatternAndText() {
        var random = new Random(20_261_121);
        var told = 0;
        for (var i = 0; i < PATTERNS; i++) {
            var regex = (random.nextInt(8) == 0 ? "(?i)" : "") + pattern(random, 3);
            try {
                Pattern.compile(regex);
            } catch (PatternSyntaxException _) {
                continue;
            }
            if (AsciiRegex.of(regex) == null) {
                continue;
            }
            told++;
            for (var t = 0; t < TEXTS; t++) {
                expectSame(regex, text(random));
            }
        }
        assertThat(told).isGreaterThan(PATTERNS / 2);
    }

    private static void expectSame(String regex, String text) {
        var fast = required(regex);
        var expected = Pattern.compile(regex).matcher(text).find();
        assertThat(is(fast, text)).as("/%s/ in '%s'", regex, text).isEqualTo(expected);
        assertThat(is(fast, text)).as("again").isEqualTo(expected);
    }

    private static AsciiRegex required(String regex) {
        return Objects.requireNonNull(AsciiRegex.of(regex), regex);
    }

    private static @Nullable Boolean is(AsciiRegex regex, String text) {
        var bytes = ("xx" + text + "aK9").getBytes(StandardCharsets.UTF_8);
        return regex.isIn(bytes, 2, bytes.length - 3);
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (var length = random.nextInt(9); length > 0; length--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private static String pattern(Random random, int depth) {
        var pattern = new StringBuilder();
        for (var parts = random.nextInt(4); parts >= 0; parts--) {
            pattern.append(
                    switch (random.nextInt(depth > 0 ? 14 : 11)) {
                        case 0 -> ".";
                        case 1 -> random.nextBoolean() ? "^" : "$";
                        case 2 -> "\\" + "dDwWsSn.-Az".charAt(random.nextInt(11));
                        case 3 -> set(random);
                        case 11 -> "(" + pattern(random, depth - 1) + ")";
                        case 12 -> "(?:" + pattern(random, depth - 1) + ")";
                        case 13 -> pattern(random, depth - 1) + "|" + pattern(random, depth - 1);
                        default -> String.valueOf("abckK-_9 ".charAt(random.nextInt(9)));
                    });
            pattern.append(
                    switch (random.nextInt(12)) {
                        case 0 -> "*";
                        case 1 -> "+";
                        case 2 -> "?";
                        case 3 -> "{" + random.nextInt(3) + "}";
                        case 4 -> "{1,}";
                        case 5 -> "{" + random.nextInt(2) + "," + (1 + random.nextInt(2)) + "}?";
                        case 6 -> "*?";
                        default -> "";
                    });
        }
        return pattern.toString();
    }

    private static String set(Random random) {
        var set = new StringBuilder(random.nextBoolean() ? "[^" : "[");
        for (var parts = random.nextInt(3); parts >= 0; parts--) {
            set.append(
                    List.of(
                                    "a", "b", "-", "]", "a-c", "0-9", "\\d", "\\W", "\\-", "\\]",
                                    "k", " ", "^", ".")
                            .get(random.nextInt(14)));
        }
        return set.append(']').toString();
    }
}
