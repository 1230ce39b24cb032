package io.pharos.logs.insights.eval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class ByteSearchTest {
    private static final int ROUNDS = 200_000;

    @Test
    void findsTheFirstPlace() {
        var random = new Random(11);
        for (var round = 0; round < ROUNDS; round++) {
            var text = text(random, random.nextInt(50));
            var from = random.nextInt(text.length() + 1);
            var end = from + random.nextInt(text.length() - from + 1);
            var part = text(random, random.nextInt(12));
            var expected = text.substring(0, end).indexOf(part, from);
            var found = ByteSearch.find(bytes(text), from, end, bytes(part));
            assertThat(found)
                    .as("'%s' in '%s' [%d, %d)", part, text, from, end)
                    .isEqualTo(expected);
        }
    }

    /// Neighbours in value, which arithmetic on words could confuse.
    private static String text(Random random, int length) {
        var text = new StringBuilder();
        for (var i = 0; i < length; i++) {
            text.append("ab`\u0000\u0001\u0080\u00ffa".charAt(random.nextInt(8)));
        }
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
