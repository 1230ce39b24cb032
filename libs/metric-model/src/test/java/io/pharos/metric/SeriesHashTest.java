package io.pharos.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class SeriesHashTest {
    private static final String ACCOUNT = "123456789012";

    @Test
    void agreesWithThePublishedVectorsOfXxh64() {
        assertThat(xxh64("")).isEqualTo(0xEF46DB3751D8E999L);
        assertThat(xxh64("a")).isEqualTo(0xD24EC4F1A98C6E5BL);
        assertThat(xxh64("abc")).isEqualTo(0x44BC2CF5AD770999L);
        assertThat(xxh64("Nobody inspects the spammish repetition")).isEqualTo(0xFBCEA83C8A378BF1L);
    }

    @Test
    void isStableForEver() {
        assertThat(hash("App", "Latency", Dimensions.NONE)).isEqualTo(GOLDEN_PLAIN);
        assertThat(hash("App", "Latency", Dimensions.of("Host", "a", "Zone", "b")))
                .isEqualTo(GOLDEN_DIMENSIONS);
        assertThat(hash("App", "Größe", Dimensions.of("Straße", "中"))).isEqualTo(GOLDEN_UNICODE);
    }

    private static final long GOLDEN_PLAIN = 1676993371906220487L;
    private static final long GOLDEN_DIMENSIONS = -2292411516903813414L;
    private static final long GOLDEN_UNICODE = 648526837097427795L;

    @Test
    void knowsNoOrderOfDimensionsButEveryBorder() {
        assertThat(hash("N", "m", Dimensions.of("b", "2", "a", "1")))
                .isEqualTo(hash("N", "m", Dimensions.of("a", "1", "b", "2")));
        assertThat(hash("N", "m", Dimensions.of("a", "1")))
                .isNotEqualTo(hash("N", "ma", Dimensions.of("", "1")))
                .isNotEqualTo(hash("N", "m", Dimensions.of("a1", "")))
                .isNotEqualTo(hash("N", "m", Dimensions.NONE))
                .isNotEqualTo(
                        SeriesHash.of(ACCOUNT, "eu-west-1", "N", "m", Dimensions.of("a", "1")));
    }

    @Test
    void spreadsSeriesOverPartitions() {
        var counts = new int[12];
        for (var i = 0; i < 12_000; i++) {
            counts[SeriesHash.partition(hash("N", "m", Dimensions.of("host", "h" + i)), 12)]++;
        }
        assertThat(Arrays.stream(counts).boxed().toList())
                .allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void sortsDimensionsAndRefusesTwins() {
        var shuffled = new ArrayList<Dimension>();
        for (var i = 0; i < 30; i++) {
            shuffled.add(new Dimension("d" + i, "v"));
        }
        var sorted = Dimensions.of(shuffled);
        Collections.shuffle(shuffled, new Random(1));
        assertThat(Dimensions.of(shuffled)).isEqualTo(sorted).hasSameHashCodeAs(sorted);
        assertThat(sorted.asList()).isSorted();
        assertThatThrownBy(() ->
                        Dimensions.of(List.of(new Dimension("a", "1"), new Dimension("a", "2"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static long hash(String namespace, String name, Dimensions dimensions) {
        return SeriesHash.of(ACCOUNT, "us-east-1", namespace, name, dimensions);
    }

    private static long xxh64(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return Xxh64.hash(bytes, bytes.length);
    }
}
