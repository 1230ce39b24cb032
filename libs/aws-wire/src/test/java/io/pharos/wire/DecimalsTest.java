package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;

class DecimalsTest {
    @Test
    void printsAsJavaDoes() {
        for (var value :
                new double[] {
                    0,
                    -0.0,
                    1,
                    -1,
                    0.1,
                    0.001,
                    0.0009,
                    0.0015,
                    1.5,
                    1.25,
                    1.125,
                    1.0625,
                    999.999,
                    9_999_999,
                    9_999_999.999,
                    1e7,
                    1.0 / 3,
                    0.1 + 0.2,
                    123.456,
                    -123.45,
                    100,
                    10.01,
                    1e300,
                    Double.MIN_VALUE,
                    Double.MAX_VALUE,
                    -1.7976931348623157E308
                }) {
            expect(value);
        }
        var random = new Random(7);
        for (var i = 0; i < 200_000; i++) {
            expect(random.nextInt() / 1_000.0);
            expect(random.nextInt(1_000_000) / 100.0);
            expect(random.nextInt(1_000_000) / 10_000.0);
            expect(random.nextGaussian() * 1_000);
            expect(Double.longBitsToDouble(random.nextLong()));
            expect(Math.nextUp(random.nextInt(1_000_000) / 1_000.0));
        }
    }

    private static void expect(double value) {
        var buffer = new char[Decimals.MAX_LENGTH];
        var length = Decimals.write(value, buffer);
        assertThat(new String(buffer, 0, length)).isEqualTo(Double.toString(value));
    }
}
